import sqlite3
from contextlib import closing

import pytest

from genrekit.collection.database import open_database
from genrekit.errors import SettingsError


def test_a_new_database_has_its_tables_and_version_and_can_be_opened_again(tmp_path):
    for _ in range(2):
        with closing(open_database(tmp_path / "new" / "m")) as database:
            assert database.execute("PRAGMA user_version").fetchone() == (1,)
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            database.execute("INSERT INTO run (started) VALUES (0)")
    with closing(open_database(tmp_path / "new" / "m")) as database:
        assert database.execute("SELECT count(*) FROM run").fetchone() == (2,)


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path):
    (tmp_path / "text").write_text("no database " * 100)
    with pytest.raises(SettingsError, match="text: cannot be used as a manifest"):
        open_database(tmp_path / "text")


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be used as a manifest"):
        open_database(tmp_path / "file" / "m")


@pytest.mark.parametrize("statement", ["CREATE TABLE theirs (x)", "PRAGMA user_version = 99"])
def test_another_programs_or_a_later_database_is_left_alone(tmp_path, statement):
    with closing(sqlite3.connect(tmp_path / "foreign")) as foreign:
        foreign.execute(statement)
    with pytest.raises(SettingsError, match="not a manifest of version 1"):
        open_database(tmp_path / "foreign")
