"""A data set out of nothing: short pieces in invented styles, so that training can be tried end to end without data.

Each style has a pulse, a timbre and a harmony of its own; each artist a key, a tempo and a balance; each track its
notes and its noise. What is learnt here tells that the pipeline works, nothing about music.
"""

from __future__ import annotations

import csv
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from genrekit.errors import BAD_SETTING, SettingsError

Signal = NDArray[np.float64]

SAMPLE_RATE: Final = 22_050
GROUPS_NAME: Final = "groups.csv"
TRACKS_AN_ARTIST: Final = 2

_PEAK: Final = 0.8


@dataclass(frozen=True, slots=True)
class Style:
    """How the pieces of one invented genre sound.

    Attributes:
        beats_a_minute: of its artists, about.
        notes_a_beat: of the melody; below 1 for chords that last.
        root: lowest note of the keys [MIDI number].
        steps: of the scale, in semitones above the root.
        overtones: share of each harmonic.
        decay: of a note [1/s].
        drums: share of the bass drum.
        hiss: share of noise on the off-beat.
        drive: gain into a soft clipper; 0 leaves it out.
    """

    beats_a_minute: float
    notes_a_beat: float
    root: int
    steps: tuple[int, ...]
    overtones: tuple[float, ...]
    decay: float
    drums: float
    hiss: float
    drive: float


STYLES: Final[Mapping[str, Style]] = MappingProxyType(
    {
        "drift": Style(60, 0.25, 45, (0, 4, 7, 11), (1.0, 0.3, 0.1), 0.3, 0.0, 0.01, 0.0),
        "march": Style(126, 0.5, 40, (0, 7, 12), (1.0, 0.2), 6.0, 1.0, 0.3, 0.0),
        "arcade": Style(150, 4.0, 64, (0, 4, 7, 12, 16), (1.0, 0.0, 0.33, 0.0, 0.2, 0.0, 0.14), 12.0, 0.2, 0.05, 0.0),
        "furnace": Style(170, 2.0, 33, (0, 1, 3, 5), (1.0, 0.8, 0.6, 0.5, 0.4), 2.0, 0.6, 0.5, 12.0),
        "parlour": Style(90, 2.0, 55, (0, 2, 4, 7, 9), (1.0, 0.5, 0.25, 0.12), 4.0, 0.0, 0.0, 0.0),
    }
)
"""By name of the invented genre."""


def write(
    folder: Path,
    *,
    genres: Sequence[str] = ("arcade", "drift", "furnace", "march"),
    tracks_per_genre: int = 8,
    seconds: float = 6.0,
    seed: int = 0,
) -> tuple[Path, ...]:
    """Write ``GENRE/TRACK.wav`` and ``groups.csv`` (columns ``path`` and ``group``); what is there is replaced.

    The same arguments give the same bytes; a track depends on its own name and the seed alone.

    Args:
        folder: where to; made if need be.
        genres: of `STYLES`.
        tracks_per_genre: how many; two of them are of one artist.
        seconds: length of a track [s].
        seed: of all that is random.

    Returns:
        The tracks' paths, sorted.

    Raises:
        SettingsError: a genre is unknown, or a number is not positive.
    """
    unknown = sorted(set(genres) - set(STYLES))
    if unknown or not genres:
        raise SettingsError(BAD_SETTING, "genres", f"must be some of {', '.join(STYLES)}; got {', '.join(unknown)}")
    for name, value in (("tracks_per_genre", tracks_per_genre), ("seconds", seconds)):
        if not value > 0:
            raise SettingsError(BAD_SETTING, name, f"must be above 0, got {value:g}")
    names = [(genre, number) for genre in sorted(genres) for number in range(tracks_per_genre)]
    rows = []
    for genre, number in names:
        path = folder / genre / f"{genre}.{number:03}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        artist = f"{genre} artist {number // TRACKS_AN_ARTIST}"
        _write_wave(path, compose(STYLES[genre], artist, path.stem, seconds, seed))
        rows.append((path.relative_to(folder).as_posix(), artist))
    with (folder / GROUPS_NAME).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("path", "group"), *rows])
    return tuple(folder / path for path, _ in rows)


def compose(style: Style, artist: str, title: str, seconds: float, seed: int) -> Signal:
    """One piece, float64 (n_samples,) at `SAMPLE_RATE`, full scale at 1."""
    by_artist = np.random.default_rng([seed, crc32(artist.encode())])
    rng = np.random.default_rng([seed, crc32(title.encode())])
    beat = 60 / (style.beats_a_minute * by_artist.uniform(0.94, 1.06))
    root = style.root + int(by_artist.integers(0, 5))
    drums = style.drums * by_artist.uniform(0.8, 1.2)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = _melody(style, root, beat / style.notes_a_beat, time, rng)
    if style.drive:
        sound = np.tanh(style.drive * sound)
    sound = sound + drums * np.exp(-18 * (time % beat)) * np.sin(2 * np.pi * 55 * (time % beat))
    off_beat = np.exp(-30 * ((time + beat / 2) % beat))
    sound = sound + rng.normal(0, 1, len(time)) * (style.hiss * off_beat + 0.002)
    return np.asarray(_PEAK * sound / np.abs(sound).max())


def _melody(style: Style, root: int, length: float, time: Signal, rng: np.random.Generator) -> Signal:
    """Notes of the scale, each as long as the last, their overtones fading."""
    place = (time / length).astype(np.int64)
    steps = rng.choice(style.steps, place[-1] + 1)
    pitch = 440 * 2 ** ((root + steps[place] - 69) / 12)
    inside = time - place * length
    tones = [
        share * np.sin(2 * np.pi * harmonic * pitch * inside) for harmonic, share in enumerate(style.overtones, start=1)
    ]
    return np.asarray(np.sum(tones, axis=0) * np.exp(-style.decay * inside) * np.minimum(1, inside / 0.005))


def _write_wave(path: Path, sound: Signal) -> None:
    """16-bit, whole or not at all."""
    staging = path.with_suffix(".tmp")
    with wave.open(str(staging), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(sound * 32_767).astype("<i2").tobytes())
    staging.replace(path)
