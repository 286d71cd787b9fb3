import json
from pathlib import Path

import numpy as np
import pytest

from genrekit.pipeline.files import write_array, write_json, write_whole


def test_a_file_is_written_whole(tmp_path):
    write_whole(tmp_path / "new" / "file", b"content")
    assert (tmp_path / "new" / "file").read_bytes() == b"content"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    write_whole(tmp_path / "file", b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("genrekit.pipeline.files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "file", b"new")
    assert {path.name: path.read_bytes() for path in Path(tmp_path).iterdir()} == {"file": b"old"}


def test_json_keeps_the_order_of_its_keys(tmp_path):
    write_json(tmp_path / "a.json", {"z": 1, "a": [2]})
    assert list(json.loads((tmp_path / "a.json").read_text())) == ["z", "a"]


def test_an_array_comes_back(tmp_path):
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    write_array(tmp_path / "deep" / "a.npy", values)
    assert np.array_equal(np.load(tmp_path / "deep" / "a.npy"), values)
