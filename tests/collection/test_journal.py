import os
from pathlib import Path

import pytest

from genrekit.collection.journal import Entry, digest, opened_journal, read_journal, undo
from genrekit.errors import JOURNAL_INVALID, NOT_UNDONE, TagError


def change(path, new, journal):
    """Do to a file what a change of tags does."""
    old_copy = path.with_name("old-copy")
    old_copy.write_bytes(path.read_bytes())
    os.utime(old_copy, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    path.write_bytes(new)
    with old_copy.open("rb") as old, path.open("rb") as written:
        journal.add(Entry.of(path, old, written, ("Rock",), ("Jazz", "Blues")))
    old_copy.unlink()


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(b"old tag" + bytes(range(256)) * 10)
    os.utime(path, ns=(10**18, 10**18))
    return path


@pytest.fixture
def journal_path(tmp_path):
    return tmp_path / "journals" / "a.jsonl"


def test_what_is_written_is_read(song, journal_path):
    with opened_journal(journal_path) as journal:
        change(song, b"new tag" + song.read_bytes()[7:], journal)
    [entry] = read_journal(journal_path)
    assert (entry.path, entry.old_genres, entry.new_genres) == (song, ("Rock",), ("Jazz", "Blues"))


def test_undo_gives_bytes_and_time_back_and_may_be_repeated(song, journal_path):
    before = song.read_bytes()
    with opened_journal(journal_path) as journal:
        change(song, b"a much longer new tag" + before[7:], journal)
    [entry] = read_journal(journal_path)
    assert undo(entry) is True
    assert song.read_bytes() == before
    assert song.stat().st_mtime_ns == 10**18
    assert undo(entry) is False


def test_several_changes_are_undone_last_first(song, journal_path):
    before = song.read_bytes()
    for text in (b"one", b"two", b"three"):
        with opened_journal(journal_path) as journal:
            change(song, text + before[7:], journal)
    for entry in reversed(read_journal(journal_path)):
        assert undo(entry)
    assert song.read_bytes() == before


def test_a_file_that_was_changed_since_is_left_alone(song, journal_path):
    with opened_journal(journal_path) as journal:
        change(song, b"new", journal)
    song.write_bytes(b"theirs")
    with pytest.raises(TagError, match="changed since") as refused:
        undo(read_journal(journal_path)[0])
    assert refused.value.kind is NOT_UNDONE
    assert song.read_bytes() == b"theirs"
    song.unlink()
    with pytest.raises(TagError, match="No such file"):
        undo(read_journal(journal_path)[0])


def test_a_journal_whose_bytes_were_altered_restores_nothing_wrong(song, journal_path):
    with opened_journal(journal_path) as journal:
        change(song, b"new", journal)
    [entry] = read_journal(journal_path)
    wrong = Entry(entry.path, "0" * 64, entry.after, 0, (), (), entry.delta)
    with pytest.raises(TagError, match="does not give the old bytes back"):
        undo(wrong)
    assert song.read_bytes() == b"new"


def test_half_a_line_at_the_end_is_a_change_that_was_not_made(song, journal_path):
    with opened_journal(journal_path) as journal:
        change(song, b"new", journal)
    whole = journal_path.read_bytes()
    journal_path.write_bytes(whole + whole.splitlines()[1][:50])
    assert len(read_journal(journal_path)) == 1
    with opened_journal(journal_path) as journal:
        change(song, b"newer", journal)
    assert len(read_journal(journal_path)) == 2


def test_names_that_are_no_utf8_come_back(tmp_path, journal_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp3"))
    path.write_bytes(b"old")
    with opened_journal(journal_path) as journal:
        change(path, b"new", journal)
    assert undo(read_journal(journal_path)[0])
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("content", [b"", b"{}\n", b"no json\n", b'{"genrekit_journal": 99}\n'])
def test_another_file_is_no_journal(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(TagError, match="does not begin as a journal") as refused:
        read_journal(tmp_path / "x")
    assert refused.value.kind is JOURNAL_INVALID


def test_another_file_is_not_continued(tmp_path):
    (tmp_path / "x").write_text("a diary")
    with pytest.raises(TagError, match="does not begin as a journal"), opened_journal(tmp_path / "x"):
        pass
    assert (tmp_path / "x").read_text() == "a diary"


def test_a_missing_journal_is_told(tmp_path):
    with pytest.raises(TagError, match="cannot be read"):
        read_journal(tmp_path / "x")


def test_a_digest_is_that_of_the_whole_file(song):
    with song.open("rb") as file:
        file.read(3)
        assert digest(file) == digest(file)
