import csv
import io

import numpy as np
import pytest

from genrekit.pipeline.curves import tables

GENRES = ("blues", "rock")
# Two shuffles of four tracks; the surest answers are right.
PROBA = np.array(
    [[[0.95, 0.05], [0.1, 0.9], [0.4, 0.6], [0.6, 0.4]], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.45, 0.55]]]
)
TRUTH = np.array([0, 1, 0, 1])


def read(name):
    return list(csv.DictReader(io.StringIO(tables(PROBA, TRUTH, GENRES)[name])))


def test_the_confusion_has_a_row_for_each_answer():
    rows = read("confusion")
    assert len(rows) == PROBA.shape[0] * PROBA.shape[1]
    assert rows[2] == {"actual": "blues", "predicted": "rock"}
    assert sum(row["actual"] == row["predicted"] for row in rows) == 6


def test_accuracy_falls_as_more_is_answered():
    rows = read("coverage")
    assert float(rows[0]["accuracy"]) == 1.0
    assert (float(rows[-1]["share"]), float(rows[-1]["accuracy"])) == (1.0, 0.75)


def test_each_bin_tells_what_was_said_and_what_was_right():
    rows = read("calibration")
    assert sum(int(row["tracks"]) for row in rows) == 8
    assert float(rows[-1]["probability"]) == pytest.approx((0.95 + 0.9 + 0.9) / 3, abs=1e-6)
    assert float(rows[-1]["accuracy"]) == 1.0
