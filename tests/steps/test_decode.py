import io

import numpy as np
import pytest

from clipfeat import AudioReason
from genrekit import errors
from genrekit.errors import AudioError
from genrekit.limits import Limits
from genrekit.steps.decode import _KINDS, decode, from_samples, source_name
from tests.making import encode, make_music

LIMITS = Limits()


def refusal(source, limits=LIMITS) -> AudioError:
    with pytest.raises(AudioError) as caught:
        decode(source, limits)
    return caught.value


def test_every_reason_of_the_decoder_has_a_row_in_the_error_table():
    assert set(_KINDS) == set(AudioReason)


def test_a_file_becomes_one_channel_at_its_own_rate(tmp_path):
    left = make_music(2.0, 44_100)
    path = encode(tmp_path / "a.wav", np.stack([left, -0.5 * left], axis=1), 44_100)
    waveform = decode(path, LIMITS)
    assert waveform.sample_rate == 44_100
    assert waveform.samples.dtype == np.float32
    assert waveform.samples == pytest.approx(0.25 * left, abs=1e-4)


def test_bytes_and_file_objects_are_sources_too(song):
    expected = decode(song, LIMITS).samples
    assert np.array_equal(decode(song.read_bytes(), LIMITS).samples, expected)
    assert np.array_equal(decode(io.BytesIO(song.read_bytes()), LIMITS).samples, expected)


def test_only_the_beginning_is_heard_when_asked(song):
    assert decode(song, LIMITS, max_seconds=2.0).duration == pytest.approx(2.0, abs=0.01)


def test_at_least_a_second_is_needed(tmp_path):
    error = refusal(encode(tmp_path / "blip.wav", make_music(0.5), 22_050))
    assert error.kind is errors.TOO_SHORT
    assert "blip.wav" in str(error)
    assert "0.50 s" in str(error)


@pytest.mark.parametrize("level", [0.0, 1e-6])
def test_silence_is_an_error(tmp_path, level):
    samples = np.float32(level) * make_music(2.0)
    path = tmp_path / "quiet.wav"
    import soundfile

    soundfile.write(path, samples, 22_050, subtype="FLOAT")
    assert refusal(path).kind is errors.SILENT


def test_a_very_quiet_recording_is_not_silence(tmp_path):
    path = encode(tmp_path / "quiet.flac", np.float32(0.01) * make_music(2.0), 22_050)
    assert decode(path, LIMITS).duration == pytest.approx(2.0)


@pytest.mark.parametrize("values", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_an_error(tmp_path, values):
    import soundfile

    samples = make_music(2.0)
    samples[1000] = values
    soundfile.write(tmp_path / "a.wav", samples, 22_050, subtype="FLOAT")
    assert refusal(tmp_path / "a.wav").kind is errors.NOT_FINITE


@pytest.mark.parametrize(
    ("content", "kind"),
    [(None, errors.MISSING), (b"", errors.EMPTY), (b"just a text, no sound " * 99, errors.NOT_AUDIO)],
)
def test_what_is_no_sound_file_is_told_by_name_and_reason(tmp_path, content, kind):
    path = tmp_path / "broken.mp3"
    if content is not None:
        path.write_bytes(content)
    error = refusal(path)
    assert error.kind is kind
    assert str(error).startswith(str(path))


def test_limits_are_kept(song):
    assert refusal(song, Limits(max_seconds=3.0)).kind is errors.TOO_LONG
    assert refusal(song, Limits(max_bytes=1000)).kind is errors.TOO_LARGE


def test_samples_in_memory_may_have_channels():
    mono = make_music(2.0)
    waveform = from_samples(np.stack([mono, mono], axis=1), 22_050, LIMITS)
    assert waveform.samples == pytest.approx(mono, abs=1e-7)
    assert from_samples(mono.tolist(), 22_050, LIMITS).samples == pytest.approx(mono, abs=1e-7)


@pytest.mark.parametrize(
    ("samples", "rate", "kind"),
    [
        (["a", "b"], 22_050, errors.BAD_SAMPLES),
        ([[1, 2], [3]], 22_050, errors.BAD_SAMPLES),
        (np.zeros((2, 2, 2)), 22_050, errors.BAD_SAMPLES),
        (3.0, 22_050, errors.BAD_SAMPLES),
        (np.ones(44_100), 0, errors.BAD_SAMPLES),
        (np.ones(44_100), -1, errors.BAD_SAMPLES),
        ([], 22_050, errors.EMPTY),
        (np.ones(100), 22_050, errors.TOO_SHORT),
        (np.zeros(44_100), 22_050, errors.SILENT),
        (np.full(44_100, np.nan), 22_050, errors.NOT_FINITE),
        (np.ones((44_100, 65)), 22_050, errors.TOO_MANY_CHANNELS),
        (np.ones(44_100), 1, errors.TOO_LONG),
    ],
    ids=lambda value: getattr(value, "code", None),
)
def test_samples_that_make_no_sense_are_refused(samples, rate, kind):
    with pytest.raises(AudioError) as caught:
        from_samples(samples, rate, LIMITS)
    assert caught.value.kind is kind


def test_a_source_without_a_name_has_one_in_messages(song):
    assert source_name(b"") == "audio"
    assert source_name(str(song)) == str(song)
    with song.open("rb") as file:
        assert source_name(file) == str(song)
