"""Tracks as frames, made on the spot, whose genre is which bands are loud."""

from __future__ import annotations

import numpy as np

from genrekit.pipeline.members.spectra import Soft, Spectra

N_GENRES = 3
N_BANDS = 16


def make_spectra(n_tracks: int = 36, n_frames: int = 60, seed: int = 0, *, taught: bool = False) -> Spectra:
    """Two tracks an artist; every fifth track is half as long. A teacher, if asked for, is always right."""
    rng = np.random.default_rng(seed)
    genre = np.arange(n_tracks) // 2 % N_GENRES
    frames = []
    for track in range(n_tracks):
        length = n_frames if track % 5 else n_frames // 2
        values = rng.normal(-40, 5, (N_BANDS, length))
        values[5 * genre[track] : 5 * genre[track] + 5] += 8
        frames.append(values.astype(np.float32))
    soft = tuple(make_soft(genre[track]) for track in range(n_tracks)) if taught else ()
    return Spectra(tuple(frames), genre, tuple(f"artist{track // 2}" for track in range(n_tracks)), N_GENRES, soft)


def make_soft(genre: int) -> Soft:
    """A teacher's two windows: sure, then half sure of the genre after it."""
    proba = np.eye(N_GENRES, dtype=np.float32)
    outputs = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    return Soft(np.array([0.0, 10.0]), np.stack([proba[genre], proba[(genre + 1) % N_GENRES]]), outputs)
