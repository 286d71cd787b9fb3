"""Settings: what is allowed, what is refused by name, and the fingerprint."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipfeat import ConfigError, FeatureConfig


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sample_rate": 0}, "sample_rate must lie between 1000 and 768000"),
        ({"sample_rate": 22050.0}, "sample_rate must be a whole number"),
        ({"n_fft": True}, "n_fft must be a whole number"),
        ({"n_fft": 2047}, "odd frames are not supported"),
        ({"n_fft": 1 << 20}, "n_fft must lie between 32 and 65536"),
        ({"hop_length": 0}, "hop_length must lie between 1 and 1024"),
        ({"hop_length": 1025}, "hop_length must lie between 1 and 1024"),
        ({"sample_rate": 1000, "n_fft": 4096, "hop_length": 1001}, "hop_length must lie between 1 and 1000"),
        ({"n_mels": 0}, "n_mels must lie between 1 and 1025"),
        ({"n_mels": 1026}, "n_mels must lie between 1 and 1025"),
        ({"n_mfcc": 129}, "n_mfcc must lie between 1 and 128"),
        ({"recipe": "ancient"}, "recipe must be 'modern' or 'legacy'"),
    ],
)
def test_impossible_settings_are_refused_by_name(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        FeatureConfig(**settings)


def test_default_fingerprint_never_changes_without_a_new_version() -> None:
    assert FeatureConfig().fingerprint == "0418d2fbf22928e8"


@given(
    st.builds(
        FeatureConfig,
        sample_rate=st.sampled_from([8000, 22050]),
        hop_length=st.sampled_from([256, 512]),
        n_mels=st.sampled_from([64, 128]),
        recipe=st.sampled_from(["modern", "legacy"]),
    ),
    st.builds(FeatureConfig, hop_length=st.sampled_from([256, 512]), recipe=st.sampled_from(["modern", "legacy"])),
)
def test_fingerprints_are_equal_exactly_for_equal_settings(one: FeatureConfig, other: FeatureConfig) -> None:
    assert (one.fingerprint == other.fingerprint) == (one == other)


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FeatureConfig().n_fft = 1024
