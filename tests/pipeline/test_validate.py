import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genrekit.pipeline import validate
from genrekit.pipeline.checks.check import Limit, at_least, reported
from tests.pipeline.made_data import make_data
from tests.pipeline.predicting import make_predictions

GOOD = at_least("performance", "accuracy", 0.9, Limit(0.7, 0.8), "note")
BAD = at_least("performance", "F1", 0.1, Limit(0.7, 0.8), "note")


def test_the_report_says_which_gates_failed():
    report = validate.report_of([GOOD, BAD, reported("serving", "time", 1.0, "note")], "0" * 64)
    assert (report["passed"], report["failed"]) == (False, ["performance: F1"])
    assert json.loads(json.dumps(report))["checks"][0]["status"] == "passed"


@pytest.mark.parametrize(("checks", "status"), [([GOOD], 0), ([GOOD, BAD], 1)])
def test_the_gates_are_an_exit_status_that_needs_no_data(tmp_path, checks, status):
    path = tmp_path / "validation.json"
    path.write_text(json.dumps(validate.report_of(checks, "0" * 64)))
    command = [sys.executable, "-m", "genrekit.pipeline.validate", "--gates", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert ("performance: F1" in done.stderr) is bool(status)


def test_every_picture_has_its_caption():
    _, data = make_data()
    values = np.tile(data.clips.values, (1, 10))[:, :57]
    wide = type(data.clips)(data.clips.track, values)
    pictures = validate.pictures_of(make_predictions(), ["good"], replace(data, clips=wide))
    assert set(pictures) == {"confusion", "calibration", "features"}
    assert all(caption.endswith(".") for caption, _ in pictures.values())
    assert all(picture.svg().startswith("<?xml") for _, picture in pictures.values())


def test_curves_of_changed_sound_come_from_their_report(tmp_path):
    report = tmp_path / "robustness.json"
    assert validate.robustness_picture(report) == {}
    report.write_text(json.dumps({"command": "measure", "rows": []}))
    assert validate.robustness_picture(report) == {}
    row = {"family": "noise", "unit": "dB", "loss": 0.1, "loss_interval": [0.0, 0.2]}
    report.write_text(json.dumps({"command": "measure", "rows": [row | {"amount": at} for at in (10, 20)]}))
    caption, picture = validate.robustness_picture(report)["robustness"]
    assert caption.endswith("Measured by measure.")
    assert "noise" in picture.svg()


def test_the_committed_report_passes_its_gates():
    report = Path(__file__).parents[2] / "reports" / "validation.json"
    assert validate.gates(report) == 0
