import sys
import zipfile

import fsspec
import pytest

from genrekit.collection import remote
from genrekit.collection.places import Listed, Url
from genrekit.collection.remote import fetch, list_audio, patiently
from genrekit.errors import (
    MISSING,
    NO_AUDIO_IN_FOLDER,
    TOO_LARGE,
    UNREADABLE,
    AudioError,
    MissingExtraError,
    SettingsError,
)


@pytest.fixture
def memory():
    """A storage in the memory of this process, empty before and after."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.fixture
def waits(monkeypatch):
    """How long was waited between tries [s]; nobody really waits."""
    seconds = []
    monkeypatch.setattr(remote.time, "sleep", seconds.append)
    return seconds


def addresses(root):
    return [item.place.text if isinstance(item, Listed) else item.kind for item in list_audio(Url(root))]


def test_files_are_found_as_on_disk(memory):
    for name in ("b.mp3", "a.FLAC", "cover.jpg", ".hidden.mp3", "sub/c.ogg", ".trash/d.mp3", "sub/deep/e.wav"):
        memory.pipe(f"/music/{name}", b"sound")
    found = [
        "memory://music/a.FLAC",
        "memory://music/b.mp3",
        "memory://music/sub/c.ogg",
        "memory://music/sub/deep/e.wav",
    ]
    assert addresses("memory://music") == addresses("memory://music/") == found


def test_a_file_is_taken_whatever_it_is_called(memory):
    memory.pipe("/music/odd.name", b"sound")
    assert addresses("memory://music/odd.name") == ["memory://music/odd.name"]


def test_nothing_there_and_nothing_to_hear_are_told(memory):
    memory.pipe("/notes/a.txt", b"text")
    assert addresses("memory://notes") == [NO_AUDIO_IN_FOLDER]
    assert addresses("memory://gone") == [MISSING]


def test_a_listing_tells_when_a_file_has_changed(memory):
    memory.pipe("/a.mp3", b"sound")
    [first], [again] = list_audio(Url("memory://")), list_audio(Url("memory://"))
    assert first == again
    memory.pipe("/a.mp3", b"other")
    [later] = list_audio(Url("memory://"))
    assert (later.place, later.size) == (first.place, 5)
    assert later.stamp != first.stamp


def test_a_listing_that_says_nothing_of_changes_has_no_stamp(memory, monkeypatch):
    memory.pipe("/a.mp3", b"sound")
    monkeypatch.setattr(remote, "_VERSIONS", ())
    [listed] = list_audio(Url("memory://a.mp3"))
    assert listed.stamp is None


def test_files_of_an_archive_have_addresses_that_open(tmp_path):
    with zipfile.ZipFile(tmp_path / "music.zip", "w") as archive:
        archive.writestr("album/a.mp3", b"sound")
    [listed] = list_audio(Url(f"zip://::file://{tmp_path}/music.zip"))
    assert listed.place == Url(f"zip://album/a.mp3::file://{tmp_path}/music.zip")
    with fetch(listed.place, 100) as copy:
        assert copy.read() == b"sound"


def test_a_folder_that_cannot_be_listed_costs_itself_alone(memory, monkeypatch, waits):
    for name in ("a/x.mp3", "b/y.mp3", "c/z.mp3"):
        memory.pipe(f"/music/{name}", b"sound")
    ls = type(memory).ls

    def failing(self, path, detail=True, **options):
        if path.endswith("/b"):
            raise OSError("the net is down")
        return ls(self, path, detail=detail, **options)

    monkeypatch.setattr(type(memory), "ls", failing)
    assert addresses("memory://music") == ["memory://music/a/x.mp3", UNREADABLE, "memory://music/c/z.mp3"]
    assert len(waits) == 3


def test_a_copy_is_whole_and_starts_at_its_beginning(memory, monkeypatch):
    monkeypatch.setattr(remote, "_BLOCK", 7)
    memory.pipe("/a.mp3", bytes(range(100)))
    with fetch(Url("memory://a.mp3"), 100) as copy:
        assert copy.read() == bytes(range(100))


def test_a_copy_is_bounded(memory):
    memory.pipe("/a.mp3", bytes(101))
    with pytest.raises(AudioError, match="is larger than 100 bytes") as caught:
        fetch(Url("memory://a.mp3"), 100)
    assert caught.value.kind is TOO_LARGE


def test_what_is_missing_is_not_asked_for_again(memory, waits):
    with pytest.raises(AudioError) as caught:
        fetch(Url("memory://gone.mp3"), 100)
    assert (caught.value.kind, caught.value.subject, waits) == (MISSING, "memory://gone.mp3", [])


def test_a_read_that_keeps_failing_is_a_failure_of_its_file(memory, monkeypatch, waits):
    memory.pipe("/a.mp3", b"sound")
    monkeypatch.setattr(type(memory), "_open", lambda *_arguments, **_options: 1 / 0)
    with pytest.raises(AudioError, match=r"memory://a\.mp3: cannot be fetched: division by zero") as caught:
        fetch(Url("memory://a.mp3"), 100)
    assert caught.value.kind is UNREADABLE
    assert len(waits) == len(remote.BACKOFF)


def test_a_net_that_recovers_is_no_failure(waits):
    tries = []

    def flaky():
        tries.append(1)
        if len(tries) < 3:
            raise TimeoutError
        return "here"

    assert patiently(flaky) == "here"
    assert [0.5 <= waited / most <= 1 for waited, most in zip(waits, remote.BACKOFF, strict=False)] == [True, True]


def test_an_address_that_nothing_reads_is_told_at_once():
    with pytest.raises(SettingsError, match="nonsense://a: cannot be opened"):
        list(list_audio(Url("nonsense://a")))


def test_without_fsspec_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(MissingExtraError, match="remote"):
        fetch(Url("memory://a"), 1)
