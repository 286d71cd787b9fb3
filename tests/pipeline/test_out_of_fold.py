import numpy as np
import pytest

from genrekit.pipeline.out_of_fold import load_out_of_fold, save_out_of_fold
from tests.pipeline.predicting import make_predictions


def test_what_is_saved_is_loaded(tmp_path):
    predictions = make_predictions()
    save_out_of_fold(tmp_path / "sub" / "oof.npz", predictions)
    loaded = load_out_of_fold(tmp_path / "sub" / "oof.npz")
    assert (loaded.names, loaded.genres, loaded.groups) == (predictions.names, predictions.genres, predictions.groups)
    assert np.array_equal(loaded.folds, predictions.folds)
    assert list(loaded.log_proba) == ["good", "poor"]
    assert all(np.array_equal(loaded.log_proba[name], rows) for name, rows in predictions.log_proba.items())
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["oof.npz"]


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_out_of_fold(tmp_path / "oof.npz")
