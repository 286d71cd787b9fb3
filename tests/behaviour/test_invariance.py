"""What must not change an answer, on real recordings; what this artifact was trained on, so no measure of accuracy."""

import numpy as np
import pytest

import clipfeat
from genrekit.pipeline.datasets.index import read_dataset
from tests.making import encode

# Suffix, rate, channels, bit rate, and how far a probability may move.
CONTAINERS = [
    (".wav", 44_100, 2, None, 0.05),
    (".flac", 48_000, 1, None, 0.05),
    (".mp3", 44_100, 2, 320_000, 0.05),
    (".m4a", 44_100, 2, 256_000, 0.05),
    (".mp3", 44_100, 2, 128_000, 0.15),
    (".opus", 48_000, 2, 96_000, 0.15),
    (".wma", 44_100, 2, 128_000, 0.15),
]


@pytest.fixture(scope="module")
def recordings(data_root):
    """One lossless whole track of each genre."""
    found = {}
    for track in read_dataset(data_root).with_audio:
        if track.kind == "whole" and track.audio.suffix == ".flac":
            found.setdefault(track.genre, track.audio)
    return [clipfeat.decode(path) for path in found.values()]


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: f"{container[0]}-{container[3]}")
def test_the_container_changes_neither_genre_nor_much_of_the_probabilities(predictor, recordings, tmp_path, container):
    suffix, rate, channels, bit_rate, tolerance = container
    for number, audio in enumerate(recordings):
        original = predictor.predict_samples(audio.samples, audio.sample_rate)
        samples = clipfeat.resample(audio.samples, audio.sample_rate, rate)
        frames = samples if channels == 1 else np.stack([samples, samples], axis=1)
        copy = predictor.predict(encode(tmp_path / f"{number}{suffix}", frames, rate, bit_rate))
        assert copy.genre == original.genre
        assert copy.proba == pytest.approx(original.proba, abs=tolerance)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("change", ["20 dB quieter", "peak at full scale"])
def test_loudness_changes_nothing(predictor, recordings, change):
    for audio in recordings:
        gain = 0.1 if change == "20 dB quieter" else 1 / np.abs(audio.samples).max()
        # Through 16 bits, as a file would hold it.
        changed = np.round(audio.samples * gain * 32_767).astype(np.int16) / np.float32(32_768)
        original = predictor.predict_samples(audio.samples, audio.sample_rate)
        other = predictor.predict_samples(changed, audio.sample_rate)
        assert other.genre == original.genre
        assert other.proba == pytest.approx(original.proba, abs=0.05)
