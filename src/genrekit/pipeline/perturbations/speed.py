"""Tempo without pitch and pitch without tempo, by a phase vocoder (Flanagan and Golden, 1966)."""

from __future__ import annotations

from typing import Final

import numpy as np

import clipfeat
from genrekit.pipeline.perturbations.plain import changed
from genrekit.values import FloatArray, Waveform

_FFT: Final = 2048
_HOP: Final = 512


def stretch(waveform: Waveform, _: np.random.Generator, factor: float) -> Waveform:
    """Played so many times as fast, at the same pitch."""
    return changed(waveform, _vocoded(waveform.samples, factor))


def pitch(waveform: Waveform, _: np.random.Generator, semitones: float) -> Waveform:
    """So many semitones higher, at the same tempo."""
    factor = 2 ** (semitones / 12)
    slower = _vocoded(waveform.samples, 1 / factor)
    rate = waveform.sample_rate
    # In steps of 50 Hz, a cent or two, so that the filter between the two rates stays short.
    played = round(rate * factor / 50) * 50
    return changed(waveform, clipfeat.resample(slower, played, rate))


def _vocoded(samples: FloatArray, factor: float) -> FloatArray:
    """Frames read `factor` times as far apart as they are laid down, each bin's phase going on as fast as it went."""
    window = np.hanning(_FFT + 1)[:-1]
    padded = np.pad(samples.astype(np.float64), (_FFT // 2, _FFT + _HOP))
    starts = np.floor(np.arange(0, len(samples), factor * _HOP)).astype(np.int64)
    frames = padded[starts[:, None] + np.arange(_FFT)]
    later = padded[starts[:, None] + _HOP + np.arange(_FFT)]
    here, there = (np.fft.rfft(part * window, axis=1) for part in (frames, later))
    advance = np.angle(there * np.conj(here))
    phase = np.angle(here[0]) + np.concatenate([np.zeros((1, advance.shape[1])), np.cumsum(advance[:-1], axis=0)])
    pieces = np.fft.irfft(np.abs(here) * np.exp(1j * phase), axis=1) * window
    out = np.zeros(len(starts) * _HOP + _FFT)
    weight = np.zeros_like(out)
    for index, piece in enumerate(pieces):
        out[index * _HOP : index * _HOP + _FFT] += piece
        weight[index * _HOP : index * _HOP + _FFT] += window**2
    inside = slice(_FFT // 2, _FFT // 2 + round(len(samples) / factor))
    return np.asarray((out / np.maximum(weight, 1e-3))[inside], dtype=np.float32)
