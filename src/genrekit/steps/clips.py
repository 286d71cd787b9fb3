"""Which parts of a track are heard, at what level, and cut into which clips."""

from __future__ import annotations

from typing import Final

import numpy as np

from genrekit.values import Clips, FloatArray, SpanArray, Waveform

# A stretch whose power is this share of the mean, 50 dB below it, is a pause and not music.
_PAUSE: Final = 1e-5
# Samples at a time when pauses are looked for: a tenth of a second or less.
_LEVEL_BLOCK: Final = 2048


def excerpts(waveform: Waveform, count: int, seconds: float) -> tuple[tuple[float, Waveform], ...]:
    """Spread excerpts evenly over a track: each in the middle of its equal share.

    Args:
        waveform: the track.
        count: number of excerpts.
        seconds: length of each [s].

    Returns:
        Start [s] and sound of each excerpt; the whole track where the excerpts would not be shorter than it.
    """
    length = round(seconds * waveform.sample_rate)
    share = len(waveform.samples) / count
    if length >= share:
        return ((0.0, waveform),)
    starts = [round(share * (index + 0.5) - length / 2) for index in range(count)]
    return tuple(
        (
            start / waveform.sample_rate,
            Waveform(waveform.samples[start : start + length], waveform.sample_rate),
        )
        for start in starts
    )


def level_gain(samples: FloatArray, target_dbfs: float) -> float:
    """Factor that brings samples to a root mean square of `target_dbfs`; nothing is clipped afterwards.

    Pauses do not count: silence around a track, or in its middle, must not make the music louder.

    Args:
        samples: float32 (n_samples,), not silent.
        target_dbfs: [dB re full scale].
    """
    blocks = samples[: len(samples) // _LEVEL_BLOCK * _LEVEL_BLOCK].reshape(-1, _LEVEL_BLOCK)
    energy = np.einsum("ij,ij->i", blocks, blocks)
    pauses = energy[energy < energy.mean() * _PAUSE] if len(energy) else energy
    sounding = float(np.dot(samples, samples)) - float(pauses.sum(dtype=np.float64))
    root_mean_square = np.sqrt(sounding / (len(samples) - len(pauses) * _LEVEL_BLOCK))
    return float(10 ** (target_dbfs / 20) / root_mean_square)


def cut_clips(samples: FloatArray, sample_rate: int, seconds: float) -> Clips:
    """Cut a track into clips side by side.

    The rest at the end is a clip too if it is at least half as long as the others, or if it is all there is.

    Args:
        samples: float32 (n_samples,).
        sample_rate: [Hz].
        seconds: length of a clip [s].
    """
    length = round(seconds * sample_rate)
    whole, rest = divmod(len(samples), length)
    count = whole + (2 * rest >= length or whole == 0)
    bounds = [(index * length, min((index + 1) * length, len(samples))) for index in range(count)]
    return Clips(
        samples=tuple(samples[start:end] for start, end in bounds),
        spans=np.array(bounds) / sample_rate,
        sample_rate=sample_rate,
    )


def timeline_spans(duration: float, seconds: float) -> SpanArray:
    """The stretches of a track that a timeline tells of, by the rule of `cut_clips`.

    Args:
        duration: of the track [s].
        seconds: length of a stretch [s].

    Returns:
        float64 (n_stretches, 2), start and end of each [s].
    """
    whole = int(duration / seconds + 1e-9)
    rest = duration - whole * seconds
    starts = np.arange(whole + (2 * rest >= seconds or whole == 0)) * seconds
    return np.stack([starts, np.minimum(starts + seconds, duration)], axis=1)


def without_pauses(clips: Clips) -> Clips:
    """Leave out the clips that lie 50 dB or more below the level of the whole; one always stays."""
    power = np.array([float(np.dot(clip, clip)) / len(clip) for clip in clips.samples])
    keep = power >= power.mean() * _PAUSE
    return Clips(
        samples=tuple(clip for clip, kept in zip(clips.samples, keep, strict=True) if kept),
        spans=clips.spans[keep],
        sample_rate=clips.sample_rate,
    )
