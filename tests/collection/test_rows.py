from pathlib import Path

import pytest

from genrekit.collection.places import Url
from genrekit.collection.rows import Row, read_row
from genrekit.errors import SILENT, SettingsError


def test_values_of_the_tables_become_a_row():
    row = read_row((b"/a.mp3", "a.mp3", '["Swing"]', None, SILENT.code, "is silent", "c1"))
    assert (row.place, row.shown, row.tagged, row.content) == (Path("/a.mp3"), "a.mp3", ("Swing",), "c1")
    assert (row.result.kind, str(row.result)) == (SILENT, "a.mp3: is silent")


def test_only_a_file_of_this_machine_has_a_path():
    assert Row(Path("/a.mp3"), "a.mp3", (), None).path == Path("/a.mp3")
    with pytest.raises(SettingsError, match=r"s3://b/a\.mp3: is no file of this machine"):
        _ = Row(Url("s3://b/a.mp3"), "s3://b/a.mp3", (), None).path
