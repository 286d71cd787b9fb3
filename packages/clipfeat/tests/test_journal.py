"""Going on after an interruption."""

from pathlib import Path

import numpy as np
import pytest

from clipfeat import ConfigError, Extracted
from clipfeat.journal import Journal

FILE = Extracted("a.wav", 2.5, np.array([0.0, 1.0]), np.array([[0.1, 1 / 3], [1e-300, -2]]), ("lost a bit",))
SETTINGS = {"recipe": "modern"}


def test_finished_files_come_back_exactly(tmp_path: Path) -> None:
    first = Journal.opened(tmp_path / "t.csv", SETTINGS)
    first.add(FILE)
    (again,) = Journal.opened(tmp_path / "t.csv", SETTINGS).finished
    assert (again.name, again.seconds, again.warnings) == (FILE.name, FILE.seconds, FILE.warnings)
    np.testing.assert_array_equal(again.values, FILE.values)
    np.testing.assert_array_equal(again.starts, FILE.starts)


def test_a_line_cut_short_is_dropped(tmp_path: Path) -> None:
    journal = Journal.opened(tmp_path / "t.csv", SETTINGS)
    journal.add(FILE)
    journal.add(FILE)
    content = journal.path.read_text()
    journal.path.write_text(content[:-20])
    resumed = Journal.opened(tmp_path / "t.csv", SETTINGS)
    assert len(resumed.finished) == 1
    resumed.add(FILE)
    assert len(Journal.opened(tmp_path / "t.csv", SETTINGS).finished) == 2


def test_an_empty_journal_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "t.csv.journal").touch()
    assert Journal.opened(tmp_path / "t.csv", SETTINGS).finished == []


def test_other_settings_are_refused(tmp_path: Path) -> None:
    Journal.opened(tmp_path / "t.csv", SETTINGS)
    with pytest.raises(ConfigError, match="other settings"):
        Journal.opened(tmp_path / "t.csv", {"recipe": "legacy"})


def test_deleted_when_the_table_is_written(tmp_path: Path) -> None:
    journal = Journal.opened(tmp_path / "t.csv", SETTINGS)
    journal.delete()
    assert list(tmp_path.iterdir()) == []
