"""In place of the package feat-extractor."""

import numpy as np
import pytest
from signals import RATE, music

from clipfeat import AudioError, AudioReason, FeatureConfig, extract_mfcc, extract_tabular, resample
from clipfeat.compat import SEGMENT_COLUMNS, segment_features, segment_features_with_faults

SEGMENT = 3 * RATE


def test_shapes_are_those_of_the_package() -> None:
    features = segment_features(music(30), RATE)
    assert features.values.shape == (10, 58)
    assert features.mfcc.shape == (10, 130, 13, 1)
    assert SEGMENT_COLUMNS[:3] == ("length", "chroma_stft_mean", "chroma_stft_var")


def test_rows_describe_segments_as_they_are() -> None:
    samples = music(7)
    features = segment_features(samples, RATE)
    assert len(features.values) == 2
    segment = samples[SEGMENT : 2 * SEGMENT]
    assert features.values[1].tolist() == [SEGMENT, *extract_tabular(segment)]
    np.testing.assert_array_equal(features.mfcc[1, :, :, 0], extract_mfcc(segment, FeatureConfig(n_mfcc=13)).T)


def test_sound_at_another_rate_is_resampled() -> None:
    samples = music(4, 44_100)
    expected = segment_features(resample(samples, 44_100, RATE), RATE)
    np.testing.assert_array_equal(segment_features(samples, 44_100).values, expected.values)


def test_faults_come_on_demand_only() -> None:
    samples = 0.25 * music(6)
    faulty, right = segment_features_with_faults(samples, 2), segment_features(samples, RATE)
    assert faulty.values[:, 0].tolist() == [66149, 66149]
    assert right.values[:, 0].tolist() == [66150, 66150]
    level = SEGMENT_COLUMNS.index("rms_mean")
    assert faulty.values[0, level] == pytest.approx(right.values[0, level] / np.abs(samples).max(), rel=1e-3)


def test_faulty_silence_is_silence() -> None:
    features = segment_features_with_faults(np.zeros(SEGMENT), 1)
    assert np.isfinite(features.values).all()


def test_too_short_is_said_with_numbers() -> None:
    with pytest.raises(AudioError, match=r"lasts 1\.00 s, less than one segment of 3 s") as caught:
        segment_features(music(1), RATE)
    assert caught.value.reason is AudioReason.TOO_SHORT
    with pytest.raises(AudioError, match="661500 are needed"):
        segment_features_with_faults(music(4))
