"""How the views that members look at are made from a track: steps put together by the artifact's settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

import clipfeat
from genrekit.artifact import Artifact, EmbeddingSettings, SpectralSettings, TabularSettings
from genrekit.errors import ARTIFACT_INVALID, ARTIFACT_VIEW, ArtifactError
from genrekit.steps.clips import cut_clips, without_pauses
from genrekit.steps.embeddings import Backbone, embedding_view, load_backbone
from genrekit.steps.features import tabular_view
from genrekit.steps.spectrograms import spectral_view
from genrekit.values import FloatArray, View, Waveform

Viewer = Callable[[Waveform, float], View]
"""From a track and the gain that brings it to the level of training to a view of it."""


def make_viewer(artifact: Artifact, name: str) -> Viewer:
    """What makes the view of this name, with the settings and graphs of the artifact bound to it.

    Raises:
        ArtifactError: there is no such view, or its features are not those of training.
    """
    views = artifact.manifest.views
    if name == "tabular" and views.tabular is not None:
        return partial(_tabular, _feature_config(views.tabular), views.tabular)
    if name == "spectral" and views.spectral is not None:
        return partial(_spectral, _frame_config(views.spectral), views.spectral)
    if name != "embedding" or views.embedding is None:
        raise ArtifactError(ARTIFACT_INVALID, name, "is no view that this version knows")
    return partial(_embedding, load_backbone(artifact.files[views.embedding.backbone]), views.embedding)


def _feature_config(settings: TabularSettings) -> clipfeat.FeatureConfig:
    config = clipfeat.FeatureConfig(sample_rate=settings.sample_rate, recipe=settings.recipe)
    return _unchanged(config, settings.fingerprint, "tabular view")


def _frame_config(settings: SpectralSettings) -> clipfeat.FeatureConfig:
    config = clipfeat.FeatureConfig(
        sample_rate=settings.sample_rate,
        n_fft=settings.n_fft,
        hop_length=settings.hop_length,
        n_mels=settings.n_mels,
        n_mfcc=settings.n_mfcc,
    )
    return _unchanged(config, settings.fingerprint, "spectral view")


def _unchanged(config: clipfeat.FeatureConfig, fingerprint: str, view: str) -> clipfeat.FeatureConfig:
    if config.fingerprint != fingerprint:
        reason = f"needs features of fingerprint {fingerprint}; clipfeat {clipfeat.__version__} computes others"
        raise ArtifactError(ARTIFACT_VIEW, view, reason)
    return config


def _tabular(config: clipfeat.FeatureConfig, settings: TabularSettings, waveform: Waveform, gain: float) -> View:
    samples = _at_rate(waveform, settings.sample_rate, gain)
    return tabular_view(without_pauses(cut_clips(samples, settings.sample_rate, settings.clip_seconds)), config)


def _spectral(config: clipfeat.FeatureConfig, settings: SpectralSettings, waveform: Waveform, gain: float) -> View:
    samples = _at_rate(waveform, settings.sample_rate, gain)
    window, hop = settings.window_frames, settings.hop_frames
    return spectral_view(samples, settings.kind, config, window_frames=window, hop_frames=hop)


def _embedding(backbone: Backbone, settings: EmbeddingSettings, waveform: Waveform, gain: float) -> View:
    samples = _at_rate(waveform, settings.sample_rate, gain)
    return embedding_view(samples, backbone, patch_frames=settings.patch_frames, hop_frames=settings.hop_frames)


def _at_rate(waveform: Waveform, sample_rate: int, gain: float) -> FloatArray:
    # Resampling is linear: the gain comes after it, where there is usually less to multiply.
    return clipfeat.resample(waveform.samples, waveform.sample_rate, sample_rate) * np.float32(gain)
