from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from genrekit.collection.answering import Answer
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.uncertain import least_certain, remembered
from genrekit.errors import SILENT, AudioError, SettingsError
from genrekit.values import ClipResult, Prediction


def make(folder: Path, tops: dict[str, float | None], artifact: str = "abc") -> Path:
    """A manifest with an answer of this top probability for each name; silence where there is none."""
    with opened_manifest(folder / "library.sqlite") as manifest:
        run = manifest.begin_run()
        for name, top in tops.items():
            path = folder / name
            path.write_bytes(name.encode())
            manifest.note_found(path, run)
            result: Prediction | AudioError = AudioError(SILENT, name, "is silent")
            if top is not None:
                proba = {"jazz": top, "rock": 1 - top}
                result = Prediction("jazz", top < 0.7, proba, (ClipResult(0, 3, proba),), 3.0, artifact)
            status = path.stat()
            manifest.store(
                path, Answer(f"c-{name}", status.st_size, status.st_mtime_ns, (), result), f"{artifact}:s300-t"
            )
    return folder / "library.sqlite"


def test_the_least_certain_come_first_and_no_more_than_asked_for(tmp_path: Path) -> None:
    manifest = make(tmp_path, {"a.mp3": 0.9, "b.mp3": 0.6, "c.mp3": 0.7, "silent.wav": None})
    found = least_certain(manifest, "abc", 2)
    assert [item.path.name for item in found] == ["b.mp3", "c.mp3"]
    assert found[0].answer.clips[0].proba["jazz"] == 0.6


def test_answers_of_another_artifact_do_not_count(tmp_path: Path) -> None:
    assert least_certain(make(tmp_path, {"a.mp3": 0.9}), "def", 9) == []


def test_answers_to_named_files_are_found(tmp_path: Path) -> None:
    manifest = make(tmp_path, {"a.mp3": 0.9, "b.mp3": 0.6})
    [item] = remembered(manifest, "abc", frozenset({tmp_path / "a.mp3", tmp_path / "gone.mp3"}))
    assert (item.path, item.answer.genre) == (tmp_path / "a.mp3", "jazz")


def test_reading_changes_nothing(tmp_path: Path) -> None:
    manifest = make(tmp_path, {"a.mp3": 0.9})
    before = manifest.read_bytes()
    least_certain(manifest, "abc", 9)
    assert manifest.read_bytes() == before


def test_no_manifest_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read as a manifest"):
        least_certain(tmp_path / "none.sqlite", "abc", 9)


def test_another_database_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE other (x)")
    database.close()
    with pytest.raises(SettingsError, match="cannot be read as a manifest"):
        least_certain(other, "abc", 9)


def test_the_record_is_that_of_the_wire(tmp_path: Path) -> None:
    manifest = make(tmp_path, {"a.mp3": 0.75})
    with sqlite3.connect(manifest) as database:
        [(record,)] = database.execute("SELECT record FROM answer")
    database.close()
    assert json.loads(record)["proba"]["jazz"] == 0.75
