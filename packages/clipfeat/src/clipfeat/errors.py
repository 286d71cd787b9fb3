"""What can go wrong, as a tree: every error this package raises on purpose.

ClipfeatError
|-- AudioError    the sound cannot be read or described   (also a ValueError)
`-- ConfigError   a setting is impossible or unsupported  (also a ValueError)
"""

from enum import StrEnum

__all__ = ["AudioError", "AudioReason", "ClipfeatError", "ConfigError"]


class ClipfeatError(Exception):
    """Base of all errors raised on purpose by clipfeat."""


class AudioReason(StrEnum):
    """Why a sound was refused: a stable word for programs, beside the sentence for people."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NOT_AUDIO = "not_audio"
    CORRUPT = "corrupt"
    TOO_SHORT = "too_short"
    SILENT = "silent"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    TOO_MANY_CHANNELS = "too_many_channels"
    NOT_FINITE = "not_finite"
    TIME_LIMIT = "time_limit"
    BAD_SAMPLES = "bad_samples"


class AudioError(ClipfeatError, ValueError):
    """The sound cannot be read or described.

    `str(error)` is subject and detail.

    Attributes:
        reason: for programs.
        detail: what is wrong, for people.
        subject: the file or thing it is wrong with, empty where the caller knows it.
    """

    def __init__(self, reason: AudioReason, detail: str, subject: str = "") -> None:
        super().__init__(reason, detail, subject)
        self.reason = reason
        self.detail = detail
        self.subject = subject

    def __str__(self) -> str:
        return f"{self.subject}: {self.detail}" if self.subject else self.detail


class ConfigError(ClipfeatError, ValueError):
    """A setting is impossible or unsupported; the sentence names it and what is allowed."""
