"""Every open, write, flush, fsync, lock and rename of a change fails once in turn: old or new, never anything else."""

import errno
import os
import pathlib
from contextlib import contextmanager

import pytest

from genrekit.collection.journal import opened_journal, read_journal, undo
from genrekit.collection.tagging import Change, read_tags, write_change
from genrekit.errors import GenrekitError
from tests.collection.tagged import CONTAINERS, make_tagged

NEW = ("Jazz", "Blues")


class Fault:
    """Counts the calls that can fail; the one of the given number does, and from then on all that write."""

    def __init__(self, number, *, persistent):
        self.left = number
        self.persistent = persistent
        self.happened = False
        self.calls = 0

    def check(self):
        self.calls += 1
        self.left -= 1
        if self.left == 0 or (self.persistent and self.left < 0):
            self.happened = True
            raise OSError(errno.ENOSPC, "No space left on device")


class FailingFile:
    """A file whose writes may fail half-way, as they do on a full disk."""

    def __init__(self, file, fault):
        self._file = file
        self._fault = fault

    def write(self, data):
        if len(data):
            try:
                self._fault.check()
            except OSError:
                self._file.write(bytes(data)[: len(data) // 2])
                raise
        return self._file.write(data)

    def flush(self):
        self._fault.check()
        self._file.flush()

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self._file.close()


@contextmanager
def faulty(monkeypatch, number, *, persistent=False):
    fault = Fault(number, persistent=persistent)
    real = {name: getattr(os, name) for name in ("fsync", "utime", "open")}
    open_path, replace, stat = pathlib.Path.open, pathlib.Path.replace, pathlib.Path.stat

    def opened(path, mode="r", *args, **kwargs):
        fault.check()
        file = open_path(path, mode, *args, **kwargs)
        return file if mode == "rb" else FailingFile(file, fault)

    def failing(call):
        def wrapped(*args, **kwargs):
            fault.check()
            return call(*args, **kwargs)

        return wrapped

    with monkeypatch.context() as patch:
        patch.setattr(pathlib.Path, "open", opened)
        patch.setattr(pathlib.Path, "replace", failing(replace))
        patch.setattr(pathlib.Path, "stat", failing(stat))
        for name, call in real.items():
            patch.setattr(os, name, failing(call))
        yield fault


def attempt(path, journal_path):
    with opened_journal(journal_path) as journal:
        write_change(Change(path, ("Rock",), NEW, {"GENREKIT_CONFIDENCE": "0.5"}), journal)


@pytest.mark.parametrize("persistent", [False, True], ids=["one call fails", "all calls fail from then on"])
@pytest.mark.parametrize("suffix", CONTAINERS)
def test_the_file_is_old_or_new_and_undo_leads_back(tmp_path, monkeypatch, suffix, persistent):
    path, journal_path = make_tagged(tmp_path / f"a.{suffix}", 1.0, ["Rock"]), tmp_path / "journal"
    whole = path.read_bytes()
    number, outcomes = 0, {"old": 0, "new": 0}
    while True:
        number += 1
        journal_path.unlink(missing_ok=True)
        with faulty(monkeypatch, number, persistent=persistent) as fault:
            try:
                attempt(path, journal_path)
                failed = False
            except (GenrekitError, OSError):
                failed = True
        if not fault.happened:
            break
        now = path.read_bytes()
        if now == whole:
            outcomes["old"] += 1
            assert failed
        else:
            outcomes["new"] += 1
            assert read_tags(path).genres == NEW
            assert [undo(entry) for entry in reversed(read_journal(journal_path))] == [True]
            assert path.read_bytes() == whole
        # Later attempts clear away what the failure may have left.
    assert read_tags(path).genres == NEW
    assert {item.name for item in tmp_path.iterdir()} == {path.name, "journal"}
    assert outcomes["old"] >= 10


@pytest.mark.parametrize("suffix", ["mp3", "ogg"])
def test_undoing_under_faults_leaves_new_or_old_too(tmp_path, monkeypatch, suffix):
    path, journal_path = make_tagged(tmp_path / f"a.{suffix}", 1.0, ["Rock"]), tmp_path / "journal"
    whole = path.read_bytes()
    attempt(path, journal_path)
    new, [entry], number = path.read_bytes(), read_journal(journal_path), 0
    while True:
        number += 1
        with faulty(monkeypatch, number) as fault:
            try:
                undo(entry)
            except (GenrekitError, OSError):
                assert path.read_bytes() in (new, whole)
        if not fault.happened:
            break
        path.write_bytes(new)
    assert path.read_bytes() == whole


def test_a_journal_on_a_full_disk_keeps_its_whole_lines(tmp_path, monkeypatch):
    path, journal_path = make_tagged(tmp_path / "a.flac", 1.0), tmp_path / "journal"
    attempt(path, journal_path)
    before = journal_path.read_bytes()

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with opened_journal(journal_path) as journal, monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            journal.add(read_journal(journal_path)[0])
    assert journal_path.read_bytes() == before + b"\n"
