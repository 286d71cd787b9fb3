from dataclasses import replace

import numpy as np
import pytest

from genrekit.errors import DatasetError
from genrekit.pipeline.out_of_fold import join_out_of_fold, load_out_of_fold, save_out_of_fold
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


def test_members_trained_apart_are_joined_in_order():
    both = make_predictions()
    parts = [replace(both, log_proba={name: both.log_proba[name]}) for name in ("poor", "good")]
    joined = join_out_of_fold(parts)
    assert list(joined.log_proba) == ["poor", "good"]
    assert np.array_equal(joined.log_proba["good"], both.log_proba["good"])


@pytest.mark.parametrize("change", [{"names": ("x",) * 60}, {"folds": np.zeros((2, 60), np.int64)}, {"genres": ("b",)}])
def test_members_of_other_tracks_or_folds_are_not_joined(change):
    both = make_predictions()
    other = replace(both, log_proba={"poor": both.log_proba["poor"]}, **change)
    with pytest.raises(DatasetError, match="poor: was trained on other tracks or folds"):
        join_out_of_fold([replace(both, log_proba={"good": both.log_proba["good"]}), other])
