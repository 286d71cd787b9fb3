"""MLflow's own pages show a training as it is told: runs within runs, their data, and which version is the champion.

MLFLOW names the program of the whole of MLflow, in an environment of its own; without it, this is skipped.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from genrekit.pipeline import record
from genrekit.pipeline.settings import Settings
from tests.browser.driving import PATIENCE_MS, free_port, wait_until_up
from tests.pipeline.trained import assembled, evaluated, named_predictions, write_trained

PROGRAM = os.environ.get("MLFLOW")

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="MLFLOW names no program: its pages are not looked at"),
    # MLflow's own code warns its users of what it does itself.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """MLflow over a store with two trainings, the second one better."""
    folder = tmp_path_factory.mktemp("mlflow")
    store = f"sqlite:///{(folder / 'store.db').as_posix()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", store)
        patch.chdir(folder)
        told = named_predictions()
        poor = {name: np.roll(values, 1, axis=2) for name, values in told.log_proba.items()}
        for name, predictions in (("poor", replace(told, log_proba=poor)), ("good", told)):
            layout = write_trained(folder / name, predictions)
            assembled(layout)
            record.run(layout, Settings(), evaluated(layout))
    yield from served(folder, store)


def served(folder: Path, store: str) -> Iterator[str]:
    port, log = free_port(), folder / "ui.log"
    address = f"http://127.0.0.1:{port}/"
    options = ["--backend-store-uri", store, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(PROGRAM), "ui", *options], stdout=out, stderr=out, env=environment, start_new_session=True
        )
        try:
            wait_until_up(process, address, log)
            yield address
        finally:
            # It has started processes of its own.
            os.killpg(process.pid, 15)
            process.wait(30)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 720})
    made = context.new_page()
    made.set_default_timeout(PATIENCE_MS)
    yield made
    context.close()


def opened(page: Page, address: str) -> None:
    """A page of MLflow with nothing beside it."""
    page.goto(address)
    page.get_by_label("Close").click()
    page.get_by_label("Toggle sidebar").click()


def test_a_training_is_a_run_with_a_run_within_for_each_part(
    page: Page, url: str, take: Callable[[Page, str], None]
) -> None:
    opened(page, f"{url}#/experiments/1/runs?workflowType=machine_learning")
    trainings = page.get_by_role("gridcell").filter(has_text="training ")
    expect(trainings).to_have_count(2)
    for position in range(2):
        trainings.nth(position).locator("button").first.click()
    for name in ("train musicnn", "train forest", "evaluate"):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(2)
    expect(page.get_by_text("index (").first).to_be_visible()
    page.mouse.move(0, 0)
    take(page, "mlflow-runs")


def test_the_better_version_is_the_champion_and_says_why(
    page: Page, url: str, take: Callable[[Page, str], None]
) -> None:
    opened(page, f"{url}#/models/genrekit")
    row = page.get_by_role("row").filter(has_text="Version 2")
    expect(row).to_contain_text("champion")
    expect(row).to_contain_text("gate.reason")
    take(page, "mlflow-model")
