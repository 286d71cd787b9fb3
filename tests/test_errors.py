import copy
import re

import pytest

from genrekit import errors
from genrekit.errors import ERROR_TABLE, AudioError, GenrekitError, MissingExtraError, SettingsError, find_kind


def test_codes_and_names_are_unique_and_well_formed():
    assert len({kind.code for kind in ERROR_TABLE}) == len(ERROR_TABLE) > 20
    assert len({kind.name for kind in ERROR_TABLE}) == len(ERROR_TABLE)
    assert all(re.fullmatch(r"GK\d{3}", kind.code) for kind in ERROR_TABLE)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.name) for kind in ERROR_TABLE)


@pytest.mark.parametrize("kind", ERROR_TABLE, ids=lambda kind: kind.code)
def test_every_row_says_what_it_means_what_to_do_and_how_it_ends(kind):
    assert kind.meaning.endswith(".")
    assert kind.hint.endswith(".")
    assert kind.exit_status in (1, 2, 3)
    assert 400 <= kind.http_status < 600
    assert (kind.http_status == 500) == (kind is errors.INTERNAL)


def test_the_hundreds_of_a_code_tell_the_branch_of_the_tree():
    exit_of_branch = {"1": 1, "2": 3, "3": 2, "4": 1, "5": 2, "6": 2, "7": 1}
    assert all(kind.exit_status == exit_of_branch[kind.code[2]] for kind in ERROR_TABLE)


def test_a_message_names_the_thing_and_the_reason():
    error = AudioError(errors.SILENT, "song.wav", "is silent")
    assert str(error) == "song.wav: is silent"
    assert (error.kind, error.subject, error.reason) == (errors.SILENT, "song.wav", "is silent")


def test_what_callers_would_catch_anyway_catches_ours():
    assert isinstance(AudioError(errors.SILENT, "a", "b"), ValueError)
    assert isinstance(SettingsError(errors.BAD_SETTING, "a", "b"), ValueError)
    assert isinstance(MissingExtraError("api", "genrekit serve"), ImportError)


def test_a_missing_extra_says_how_to_install_it():
    assert 'pip install "genrekit[api]"' in str(MissingExtraError("api", "genrekit serve"))


@pytest.mark.parametrize(
    "error", [AudioError(errors.EMPTY, "a.wav", "holds no sound"), MissingExtraError("tag", "genrekit tag")]
)
def test_errors_survive_the_way_from_a_worker_process(error: GenrekitError):
    # Copying rebuilds an error the way a process pool does.
    rebuilt = copy.copy(error)
    assert type(rebuilt) is type(error)
    assert (str(rebuilt), rebuilt.kind, rebuilt.subject) == (str(error), error.kind, error.subject)


def test_a_name_that_is_no_utf8_is_shown_escaped():
    name = b"caf\xe9.mp3".decode("utf-8", "surrogateescape")
    assert str(AudioError(errors.MISSING, name, "does not exist")) == r"caf\xe9.mp3: does not exist"


@pytest.mark.parametrize("code", ["GK106", "gk106", "too-short"])
def test_a_row_is_found_by_code_or_name(code):
    assert find_kind(code) is errors.TOO_SHORT


def test_an_unknown_code_is_refused_by_name():
    with pytest.raises(SettingsError, match="GK999"):
        find_kind("GK999")
