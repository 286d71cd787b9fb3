from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

import clipfeat
import genrekit
from genrekit import Predictor, errors, wire
from genrekit.errors import ArtifactError, AudioError, SettingsError
from genrekit.genres import GTZAN_GENRES
from genrekit.values import Prediction
from tests.making import encode, make_music

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.ogg"))


def line_of(prediction: Prediction) -> str:
    return wire.encode(wire.prediction_record("song", prediction, timeline=True))


def test_an_answer_is_a_distribution_over_the_genres(predictor, song):
    prediction = predictor.predict(song)
    assert tuple(prediction.proba) == GTZAN_GENRES == predictor.genres
    assert sum(prediction.proba.values()) == pytest.approx(1)
    assert prediction.genre == prediction.top(1)[0][0]
    assert prediction.duration == pytest.approx(5.0)
    assert prediction.artifact_id == predictor.artifact.id
    assert prediction.warnings == ()


def test_the_timeline_lies_within_the_track(predictor, song):
    clips = predictor.predict(song).clips
    assert clips[0].start == 0
    assert all(first.end == second.start for first, second in pairwise(clips))
    assert clips[-1].end <= 5.0
    assert all(sum(clip.proba.values()) == pytest.approx(1) for clip in clips)


def test_the_same_file_is_the_same_bytes(predictor, song):
    again = Predictor.load()
    assert line_of(predictor.predict(song)) == line_of(predictor.predict(song)) == line_of(again.predict(song))


def test_samples_in_memory_get_the_answer_of_their_file(predictor, song):
    samples, rate = soundfile.read(song, dtype="float32")
    assert line_of(predictor.predict_samples(samples, rate)) == line_of(predictor.predict(song))


def test_threads_may_share_a_predictor(predictor, song):
    expected = line_of(predictor.predict(song))
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: line_of(predictor.predict(song)), range(8))) == {expected}


def test_a_threshold_decides_what_is_unsure(predictor, song):
    top = predictor.predict(song).top(1)[0][1]
    assert predictor.predict(song, threshold=min(1.0, top + 1e-6)).unsure
    assert not predictor.predict(song, threshold=top - 1e-6).unsure
    assert predictor.predict(song).unsure == (top < predictor.artifact.manifest.unsure_below)


def test_a_second_of_sound_is_answered_with_a_warning(predictor, tmp_path):
    prediction = predictor.predict(encode(tmp_path / "short.wav", make_music(1.2), 22_050))
    assert len(prediction.clips) == 1
    assert any("1.2 s" in warning for warning in prediction.warnings)


def test_a_part_can_be_asked_for(predictor, tmp_path):
    path = encode(tmp_path / "long.flac", make_music(40.0), 22_050)
    assert predictor.predict(path, max_seconds=10).duration == pytest.approx(10, abs=0.01)
    spread = predictor.predict(path, excerpts=3, max_seconds=9)
    assert spread.duration == pytest.approx(9)
    assert spread.clips[0].start > 0
    assert spread.clips[-1].end < 40


@pytest.mark.parametrize(
    ("option", "value"),
    [("threshold", -0.1), ("threshold", 1.1), ("max_seconds", 0.5), ("excerpts", 0), ("threshold", float("nan"))],
)
def test_an_option_that_makes_no_sense_is_refused_by_name(predictor, song, option, value):
    with pytest.raises(SettingsError, match=option):
        predictor.predict(song, **{option: value})


def test_a_pause_in_the_middle_does_not_change_the_answer(predictor):
    music = make_music(12.0)
    silence = np.zeros(22_050 * 12, np.float32)
    plain = predictor.predict_samples(music, 22_050)
    paused = predictor.predict_samples(np.concatenate([music[: 22_050 * 6], silence, music[22_050 * 6 :]]), 22_050)
    assert paused.genre == plain.genre
    # Stretches of three seconds: those from 9 to 15 s hold nothing but silence.
    assert not [clip for clip in paused.clips if 9 <= clip.start < 15]


@pytest.mark.parametrize("gain_db", [-40, -20, 6])
def test_loudness_does_not_matter(predictor, gain_db):
    music = make_music(6.0)
    loud = predictor.predict_samples(music, 22_050)
    other = predictor.predict_samples(music * np.float32(10 ** (gain_db / 20)), 22_050)
    assert other.proba == pytest.approx(loud.proba, abs=1e-3)


@pytest.mark.parametrize(
    "copy",
    [
        (".wav", 44_100, 2, None, 0.05),
        (".flac", 48_000, 1, None, 0.05),
        (".aiff", 44_100, 2, None, 0.05),
        (".au", 22_050, 1, None, 0.05),
        (".mp3", 44_100, 2, 320_000, 0.05),
        (".m4a", 44_100, 2, 192_000, 0.05),
        (".ogg", 44_100, 2, None, 0.15),
        (".mp3", 44_100, 2, 128_000, 0.15),
        (".opus", 48_000, 2, 96_000, 0.15),
        (".webm", 48_000, 2, 96_000, 0.15),
        (".wma", 44_100, 2, 128_000, 0.15),
    ],
    ids=lambda copy: f"{copy[0]}-{copy[1]}",
)
@pytest.mark.parametrize("example", EXAMPLES[:3], ids=lambda path: path.stem)
def test_the_container_does_not_matter(predictor, tmp_path, example, copy):
    suffix, rate, channels, bit_rate, tolerance = copy
    audio = clipfeat.decode(example)
    original = predictor.predict(encode(tmp_path / "original.wav", audio.samples, audio.sample_rate))
    samples = clipfeat.resample(audio.samples, audio.sample_rate, rate)
    frames = samples if channels == 1 else np.stack([samples, samples], axis=1)
    encoded = predictor.predict(encode(tmp_path / f"copy{suffix}", frames, rate, bit_rate))
    assert encoded.genre == original.genre
    assert encoded.proba == pytest.approx(original.proba, abs=tolerance)


def test_an_artifact_of_ones_own_answers(tiny_artifact, song):
    prediction = Predictor.load(tiny_artifact).predict(song)
    assert sum(prediction.proba.values()) == pytest.approx(1)


def test_features_other_than_those_of_training_are_refused(tiny_artifact):
    manifest = tiny_artifact / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"fingerprint": "', '"fingerprint": "not-'))
    with pytest.raises(ArtifactError) as caught:
        Predictor.load(tiny_artifact)
    assert caught.value.kind is errors.ARTIFACT_VIEW


def test_a_bad_file_is_one_error(predictor, tmp_path):
    with pytest.raises(AudioError, match=r"nowhere\.mp3"):
        predictor.predict(tmp_path / "nowhere.mp3")


def test_the_package_says_exactly_its_public_names():
    assert genrekit.__all__ == sorted(genrekit.__all__)
    assert all(hasattr(genrekit, name) for name in genrekit.__all__)
    with pytest.raises(AttributeError, match="secret"):
        _ = genrekit.secret


def test_steps_are_observed():
    class Recorder:
        def __init__(self):
            self.names = []

        def step(self, name, seconds):
            self.names.append(name)

    recorder = Recorder()
    observed = Predictor.load(observer=recorder)
    observed.predict_samples(make_music(3.0), 22_050)
    members = [f"member.{member.name}" for member in observed.members]
    assert recorder.names == ["views", *members, "combine"]
