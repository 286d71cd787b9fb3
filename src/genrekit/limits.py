"""Every limit's number, in one frozen object.

Nothing in genrekit refuses sound for a reason that is not written here.
"""

from __future__ import annotations

from dataclasses import dataclass

from genrekit.errors import BAD_SETTING, SettingsError


@dataclass(frozen=True, slots=True)
class Limits:
    """What is accepted from outside.

    Attributes:
        min_seconds: shortest sound that gets an answer [s].
        max_seconds: longest sound that is decoded [s]; 6 hours, because a set of a night is music too.
        max_channels: most channels that are mixed down.
        max_bytes: largest file that is opened [bytes].
        decode_seconds: wall time that decoding one file may take [s].
        silence_dbfs: level below which a track, by its root mean square, counts as silent [dB re full scale].
            16-bit rounding noise lies near -98, a very quiet transfer of music near -60.

    Raises:
        SettingsError: a value is not positive, or the shortest is above the longest.
    """

    min_seconds: float = 1.0
    max_seconds: float = 6 * 3600.0
    max_channels: int = 64
    max_bytes: int = 4 * 2**30
    decode_seconds: float = 600.0
    silence_dbfs: float = -80.0

    def __post_init__(self) -> None:
        for name in ("min_seconds", "max_seconds", "max_channels", "max_bytes", "decode_seconds"):
            if not getattr(self, name) > 0:
                raise SettingsError(BAD_SETTING, name, f"must be above 0, got {getattr(self, name)}")
        if self.min_seconds > self.max_seconds:
            raise SettingsError(BAD_SETTING, "min_seconds", f"is above max_seconds ({self.max_seconds} s)")
