"""Frames of recordings, for networks trained from scratch: computed once a track, kept in half precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.artifact import SpectralSettings
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.feature_store import Arrays, compute_part, load_rows
from genrekit.pipeline.featurize import samples_at_level
from genrekit.pipeline.settings import LEVEL_DBFS
from genrekit.steps.spectrograms import Kind, track_frames


@dataclass(frozen=True, slots=True)
class FrameParams:
    """What a frame is.

    Attributes:
        kind: mel levels [dB], or the cepstral coefficients of them.
        sample_rate: [Hz].
        n_fft: samples in a frame.
        hop_length: samples from one frame to the next.
        n_mels: mel bands.
        n_mfcc: cepstral coefficients.
    """

    kind: Kind = "logmel"
    sample_rate: int = 22_050
    n_fft: int = 2048
    hop_length: int = 512
    n_mels: int = 64
    n_mfcc: int = 20

    @property
    def config(self) -> clipfeat.FeatureConfig:
        """Of clipfeat.

        Raises:
            clipfeat.ConfigError: a setting is out of bounds.
        """
        return clipfeat.FeatureConfig(
            sample_rate=self.sample_rate,
            n_fft=self.n_fft,
            hop_length=self.hop_length,
            n_mels=self.n_mels,
            n_mfcc=self.n_mfcc,
        )

    @property
    def rate(self) -> float:
        """Frames a second."""
        return self.sample_rate / self.hop_length


def compute_frames(tracks: Sequence[Track], folder: Path, params: FrameParams) -> int:
    """Compute the frames of tracks into a folder; what is there of the same settings and sound is kept.

    Returns:
        How many tracks were computed.

    Raises:
        DatasetError: a track cannot be used.
    """
    config = params.config
    recipe = {"fingerprint": config.fingerprint, "kind": params.kind, "level_dbfs": LEVEL_DBFS}
    return compute_part(tracks, folder, partial(_frames_of, params=params, config=config), recipe)


def _frames_of(track: Track, params: FrameParams, config: clipfeat.FeatureConfig) -> Arrays:
    frames = track_frames(samples_at_level(track, params.sample_rate), params.kind, config)
    # Half precision: a hundredth of a decibel, at half the disk.
    return {"values": frames.T.astype(np.float16), "start": np.arange(frames.shape[1]) / params.rate}  # type: ignore[dict-item]


def load_frames(folder: Path, tracks: Sequence[Track]) -> tuple[NDArray[np.float32], ...]:
    """Frames of tracks, float32 (n_bands, n_frames) each.

    Raises:
        DatasetError: a track has not been computed.
    """
    rows = load_rows(folder, [track.name for track in tracks])
    ends = np.cumsum(np.bincount(rows.track, minlength=len(tracks)))[:-1]
    return tuple(np.ascontiguousarray(part.T, dtype=np.float32) for part in np.split(rows.values["values"], ends))


def spectral_settings(params: FrameParams, window_frames: int) -> SpectralSettings:
    """How an artifact makes the view of a member trained on these frames."""
    return SpectralSettings(
        fingerprint=params.config.fingerprint,
        window_frames=window_frames,
        hop_frames=window_frames,
        **asdict(params),
    )
