import fsspec
import pytest

from genrekit.collection.places import Url
from genrekit.collection.stores import open_store


@pytest.fixture(params=["local", "elsewhere"])
def store(request, tmp_path):
    if request.param == "local":
        yield open_store(tmp_path / "results")
    else:
        system = fsspec.filesystem("memory")
        yield open_store(Url("memory://results-of-test"))
        if system.exists("/results-of-test"):
            system.rm("/results-of-test", recursive=True)


def test_a_part_comes_back_and_goes(store):
    assert store.names() == []
    store.write("b", b"two")
    store.write("a", b"one")
    store.write("b", b"three")
    assert (store.names(), store.read("a"), store.read("b")) == (["a", "b"], b"one", b"three")
    store.remove("a")
    store.remove("a")
    assert store.names() == ["b"]


def test_what_was_half_written_is_cleared_away(tmp_path):
    store = open_store(tmp_path)
    (tmp_path / ".a.half").write_bytes(b"on")
    (tmp_path / "folder").mkdir()
    assert store.names() == []
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_write_that_fails_leaves_the_old_part(tmp_path, monkeypatch):
    store = open_store(tmp_path)
    store.write("a", b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("genrekit.collection.stores.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.write("a", b"new")
    assert store.read("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
