"""What networks on frames learn from: tracks as frames, random crops of them, and how crops are disturbed.

SpecAugment masks bands and times (Park et al., 2019), mixup adds two crops and their targets in proportion (Zhang et
al., 2018). A tilt and an offset of all levels stand for other recordings and other equalisers. NumPy alone: what
is drawn depends on the seed and on nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DisturbParams:
    """How crops are disturbed.

    Attributes:
        band_masks: how many masks of bands.
        band_share: of all bands that a mask covers, at most.
        time_masks: how many masks of times.
        time_share: of all frames that a mask covers, at most.
        offset: standard deviation of the offset of all bands, in standard deviations of a band.
        tilt: the same of the slope from the lowest to the highest band.
        mixup: parameter of the beta distribution from which the share of the second crop is drawn; 0 for none.
    """

    band_masks: int = 2
    band_share: float = 0.12
    time_masks: int = 2
    time_share: float = 0.15
    offset: float = 0.1
    tilt: float = 0.3
    mixup: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Soft:
    """What a teacher says of windows of one track.

    Attributes:
        start: float (n_windows,), first frame of each, ascending.
        proba: float32 (n_windows, n_genres).
        outputs: float32 (n_windows, n_outputs), anything else that it put out, standardised.
    """

    start: NDArray[np.float64]
    proba: FloatArray
    outputs: FloatArray

    def at(self, start: float) -> tuple[FloatArray, FloatArray]:
        """What it would say of a window that starts there: between its two nearest, in proportion."""
        place = float(np.interp(start, self.start, np.arange(len(self.start))))
        low = min(int(place), len(self.start) - 1)
        high, share = min(low + 1, len(self.start) - 1), np.float32(place - int(place))
        rows = (array[low] * (1 - share) + array[high] * share for array in (self.proba, self.outputs))
        proba, outputs = rows
        return proba, outputs


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Tracks as frames.

    Attributes:
        frames: by track, float (n_bands, n_frames).
        genre: int (n_tracks,).
        groups: of the tracks, what must not straddle a split.
        n_genres: how many there are.
        soft: by track, what a teacher says of it; empty where there is none.
    """

    frames: tuple[NDArray[np.floating], ...]
    genre: IntArray
    groups: tuple[str, ...]
    n_genres: int
    soft: tuple[Soft, ...] = ()

    def of(self, places: Sequence[int] | IntArray) -> Spectra:
        """Some of the tracks."""
        return Spectra(
            frames=tuple(self.frames[place] for place in places),
            genre=self.genre[np.asarray(places, np.int64)],
            groups=tuple(self.groups[place] for place in places),
            n_genres=self.n_genres,
            soft=tuple(self.soft[place] for place in places) if self.soft else (),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Crops and what is to be said of them.

    Attributes:
        values: float32 (n, n_bands, n_frames), standardised.
        label: float32 (n, n_genres), shares of the true genres.
        proba: float32 (n, n_genres), what the teacher says; equal to `label` without one.
        outputs: float32 (n, n_outputs), the teacher's other outputs.
    """

    values: FloatArray
    label: FloatArray
    proba: FloatArray
    outputs: FloatArray


def band_scale(frames: Sequence[NDArray[np.floating]]) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each band, float32 (n_bands, 1) each; every track counts the same."""
    means = np.mean([track.mean(axis=1, dtype=np.float64) for track in frames], axis=0)
    squares = np.mean([np.square(track, dtype=np.float64).mean(axis=1) for track in frames], axis=0)
    spread = np.sqrt(np.maximum(squares - means**2, 1e-6))
    return means[:, None].astype(np.float32), spread[:, None].astype(np.float32)


def windows(frames: NDArray[np.floating], length: int) -> FloatArray:
    """Windows side by side, float32 (n, n_bands, n_frames), by the rule of `genrekit.steps.spectrograms`."""
    size = min(length, frames.shape[1])
    starts = range(0, frames.shape[1] - size + 1, size)
    return np.stack([frames[:, start : start + size] for start in starts]).astype(np.float32)


def draw_tracks(genre: IntArray, count: int, rng: np.random.Generator) -> IntArray:
    """Places of tracks, drawn so that every genre that occurs is as likely, and within it every track."""
    present = np.unique(genre)
    drawn = present[rng.permutation(np.arange(count) % len(present))]
    return np.array([rng.choice(np.flatnonzero(genre == wanted)) for wanted in drawn])


def draw_batch(
    spectra: Spectra,
    tracks: IntArray,
    length: int,
    scale: tuple[FloatArray, FloatArray],
    disturb: DisturbParams,
    rng: np.random.Generator,
) -> Batch:
    """A random crop of each of these tracks, disturbed.

    Args:
        spectra: the tracks.
        tracks: int (n,), places of the tracks.
        length: of a crop in frames; a shorter track goes round.
        scale: mean and standard deviation of the bands.
        disturb: how.
        rng: all that is drawn comes from it.
    """
    mean, spread = scale
    values = np.empty((len(tracks), len(mean), length), np.float32)
    label = np.eye(spectra.n_genres, dtype=np.float32)[spectra.genre[tracks]]
    proba, outputs = label.copy(), []
    for row, track in enumerate(tracks):
        frames = spectra.frames[track]
        start = int(rng.integers(0, max(frames.shape[1] - length, 0) + 1))
        values[row] = np.take(frames, np.arange(start, start + length), axis=1, mode="wrap")
        if spectra.soft:
            proba[row], other = spectra.soft[track].at(start)
            outputs.append(other)
    values = disturbed((values - mean) / spread, disturb, rng)
    other_outputs = np.stack(outputs) if outputs else np.zeros((len(tracks), 0), np.float32)
    return mixed(Batch(values, label, proba, other_outputs), disturb.mixup, rng)


def disturbed(values: FloatArray, params: DisturbParams, rng: np.random.Generator) -> FloatArray:
    """Standardised crops float32 (n, n_bands, n_frames) with tilts and masks; masked cells are 0, the mean."""
    n_rows, n_bands, n_frames = values.shape
    slope = np.linspace(-1, 1, n_bands)[:, None] * rng.normal(0, params.tilt, (n_rows, 1, 1))
    changed = (values + slope + rng.normal(0, params.offset, (n_rows, 1, 1))).astype(np.float32)
    for row in changed:
        for _ in range(params.band_masks):
            first, end = _stretch(n_bands, params.band_share, rng)
            row[first:end] = 0
        for _ in range(params.time_masks):
            first, end = _stretch(n_frames, params.time_share, rng)
            row[:, first:end] = 0
    return changed


def _stretch(size: int, share: float, rng: np.random.Generator) -> tuple[int, int]:
    length = int(rng.integers(0, int(size * share) + 1))
    first = int(rng.integers(0, size - length + 1))
    return first, first + length


def mixed(batch: Batch, strength: float, rng: np.random.Generator) -> Batch:
    """Each crop and its targets mixed with those of another crop of the batch."""
    if strength <= 0:
        return batch
    drawn = rng.beta(strength, strength, len(batch.values)).astype(np.float32)
    kept = np.maximum(drawn, 1 - drawn)
    other = rng.permutation(len(kept))

    def mix(rows: FloatArray) -> FloatArray:
        share = kept.reshape(-1, *(1,) * (rows.ndim - 1))
        return np.asarray(share * rows + (1 - share) * rows[other])

    return Batch(mix(batch.values), mix(batch.label), mix(batch.proba), mix(batch.outputs))


def inner_split(genre: IntArray, groups: Sequence[str], share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Tracks held back to decide when to stop, bool (n_tracks,): whole groups, about this share of every genre.

    A genre of one group is not held back.
    """
    names = np.array(groups)
    held = np.zeros(len(genre), bool)
    for wanted in np.unique(genre):
        members = list(dict.fromkeys(names[genre == wanted].tolist()))
        goal = share * np.count_nonzero(genre == wanted)
        for group in rng.permutation(members)[:-1]:
            if np.count_nonzero(held & (genre == wanted)) >= goal:
                break
            held |= names == group
    return held
