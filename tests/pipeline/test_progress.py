import numpy as np

from genrekit.pipeline.progress import NoProgress, SavedProgress

VALUES = np.arange(4, dtype=np.float32)


def test_what_was_kept_is_recalled_by_the_next_process(tmp_path):
    SavedProgress(tmp_path, "key").keep("forest-0-1", VALUES)
    again = SavedProgress(tmp_path, "key")
    again.begin()
    assert np.array_equal(again.recall("forest-0-1"), VALUES)
    assert again.recall("forest-0-2") is None


def test_what_another_training_left_is_neither_used_nor_kept(tmp_path):
    SavedProgress(tmp_path, "old").keep("forest-0-1", VALUES)
    new = SavedProgress(tmp_path, "new")
    new.begin()
    assert new.recall("forest-0-1") is None
    assert not (tmp_path / "old").exists()


def test_nothing_is_left_at_the_end(tmp_path):
    progress = SavedProgress(tmp_path / "progress", "key")
    progress.keep("forest-0-1", VALUES)
    progress.end()
    assert not (tmp_path / "progress").exists()


def test_it_may_remember_nothing():
    progress = NoProgress()
    progress.keep("forest-0-1", VALUES)
    assert progress.recall("forest-0-1") is None
