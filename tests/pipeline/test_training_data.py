import numpy as np
import pytest

import clipfeat
from genrekit.errors import DatasetError
from genrekit.pipeline.training_data import TABLE_NAME, TrackRows, read_table, read_taggrams

NAMES = ["a", "b", "c"]


def write_table(root, rows, columns=clipfeat.TABULAR_NAMES):
    path = root / TABLE_NAME
    path.parent.mkdir()
    lines = [",".join([*columns, "filename"])]
    lines += [",".join([*(str(value) for _ in columns), name]) for name, value in rows]
    path.write_text("\n".join(lines) + "\n")


def test_rows_of_some_tracks_keep_their_place():
    rows = TrackRows(np.array([0, 0, 2]), np.array([[1], [2], [3]], np.float32))
    some = rows.of(np.array([False, True, True]))
    assert (some.track.tolist(), some.values.tolist()) == ([2], [[3]])


def test_a_table_is_read_by_column_and_track(tmp_path):
    write_table(tmp_path, [("b.0.wav", 2.0), ("a.0.wav", 1.0), ("b.1.wav", 3.0), ("unknown.0.wav", 9.0)])
    table = read_table(tmp_path, NAMES)
    assert table.track.tolist() == [0, 1, 1]
    assert table.values[:, 0].tolist() == [1, 2, 3]
    assert table.values.shape == (3, 57)


def test_a_table_that_is_not_there_has_no_rows(tmp_path):
    assert read_table(tmp_path, NAMES).values.shape == (0, 57)
    assert read_taggrams(tmp_path, NAMES).values.shape == (0, 50)


def test_a_table_without_a_column_is_refused_by_its_line(tmp_path):
    write_table(tmp_path, [("a.0.wav", 1.0)], clipfeat.TABULAR_NAMES[1:])
    with pytest.raises(DatasetError, match="line 2"):
        read_table(tmp_path, NAMES)


def test_taggrams_are_read_in_the_order_of_the_index(tmp_path):
    (tmp_path / "taggrams").mkdir()
    tags = np.arange(4, dtype=np.float32)[:, None] * np.ones(50, np.float32)
    np.savez(tmp_path / "taggrams" / "one.npz", name=np.array(["c", "a", "c", "x"]), tags=tags)
    rows = read_taggrams(tmp_path, NAMES)
    assert rows.track.tolist() == [0, 2, 2]
    assert rows.values[:, 0].tolist() == [1, 0, 2]
