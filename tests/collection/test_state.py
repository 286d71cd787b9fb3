from pathlib import Path

import pytest

from genrekit.collection.state import state_folder


def test_a_named_folder_wins():
    assert state_folder({"GENREKIT_STATE": "/there", "XDG_STATE_HOME": "/elsewhere"}) == Path("/there")


@pytest.mark.parametrize(
    ("platform", "environment", "tail"),
    [
        ("linux", {"XDG_STATE_HOME": "/state"}, "/state/genrekit"),
        ("linux", {}, ".local/state/genrekit"),
        ("darwin", {}, "Library/Application Support/genrekit"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/genrekit"),
        ("win32", {}, "AppData/Local/genrekit"),
    ],
)
def test_else_it_is_where_the_system_wants_it(monkeypatch, platform, environment, tail):
    monkeypatch.setattr("sys.platform", platform)
    assert state_folder(environment).as_posix().endswith(tail)
