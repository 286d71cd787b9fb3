"""Errors: one base, sentences for people, words for programs, and a way through process pools."""

import pickle

from clipfeat import AudioError, AudioReason, ClipfeatError, ConfigError


def test_one_base_and_the_customary_value_error() -> None:
    for error in (AudioError, ConfigError):
        assert issubclass(error, ClipfeatError)
        assert issubclass(error, ValueError)


def test_sentence_names_the_subject_if_there_is_one() -> None:
    assert str(AudioError(AudioReason.EMPTY, "is empty", "a.wav")) == "a.wav: is empty"
    assert str(AudioError(AudioReason.EMPTY, "there are no samples")) == "there are no samples"


def test_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(AudioError(AudioReason.SILENT, "is silent", "b.wav")))  # noqa: S301
    assert (error.reason, error.detail, error.subject) == (AudioReason.SILENT, "is silent", "b.wav")


def test_reasons_are_their_words() -> None:
    assert AudioReason.TOO_LONG == "too_long"
    assert len({reason.value for reason in AudioReason}) == len(AudioReason)
