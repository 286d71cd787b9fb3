"""``genrekit model pull``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genrekit.artifact import read_artifact
from genrekit.cli import model
from tests.cli.running import genrekit


def test_the_id_of_what_was_pulled_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tiny_artifact: Path, tmp_path: Path
) -> None:
    asked: list[object] = []

    def pull(tracker: object, uri: str, folder: Path) -> object:
        asked.extend([tracker, uri, folder])
        return read_artifact(tiny_artifact)

    monkeypatch.setattr(model, "open_tracker", lambda work: ("store in", work))
    monkeypatch.setattr(model, "pull", pull)
    assert model.run_pull("models:/genrekit@champion", tmp_path / "here") == 0
    assert capsys.readouterr().out == f"{read_artifact(tiny_artifact).id}\n"
    assert asked == [("store in", Path("work")), "models:/genrekit@champion", tmp_path / "here"]


@pytest.mark.slow
def test_a_registry_that_cannot_be_reached_is_one_line_and_status_2(tmp_path: Path) -> None:
    pytest.importorskip("mlflow", reason="the extra track is not installed")
    nobody = {**os.environ, "MLFLOW_TRACKING_URI": "http://127.0.0.1:9", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
    done = genrekit("model", "pull", "models:/genrekit@champion", "--out", tmp_path / "here", env=nobody)
    assert done.status == 2
    assert done.out == ""
    assert "GK303" in done.err
    assert not (tmp_path / "here").exists()
