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
    TOO_MANY_CHANNELS = "too_many_channels"
    NOT_FINITE = "not_finite"
    TIME_LIMIT = "time_limit"
    BAD_SAMPLES = "bad_samples"


class AudioError(ClipfeatError, ValueError):
    """The sound cannot be read or described: `reason` for programs, `str(error)` for people."""

    def __init__(self, reason: AudioReason, sentence: str) -> None:
        super().__init__(reason, sentence)
        self.reason = reason
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class ConfigError(ClipfeatError, ValueError):
    """A setting is impossible or unsupported; the sentence names it and what is allowed."""
