"""A browser, the app, and music to drop on it. Skipped, with the reason, where there is no browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="the extra browser is not installed: no page to look at")
pytest.importorskip("playwright", reason="the extra browser is not installed: nothing drives a browser")

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.driving import chromium, launch, running_app
from tests.making import EXAMPLES, encode

LARGEST_PICTURE = 300_000  # bytes

Take = Callable[[Page, str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # One app and one browser for all: tests of one worker.
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if chromium() is None:
        pytest.skip("there is no chromium: install it, or name one in CHROMIUM")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = launch(playwright)
    yield running
    running.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, playwright: Playwright) -> Iterator[str]:
    with running_app(tmp_path_factory.mktemp("app")) as url:
        yield url


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Example tracks as people have them: an mp3 and an m4a."""
    import clipfeat

    folder = tmp_path_factory.mktemp("songs")
    made = {}
    for genre, extension in (("jazz", "mp3"), ("metal", "m4a")):
        sound = clipfeat.decode(EXAMPLES / f"{genre}.ogg")
        made[genre] = encode(folder / f"{genre}.{extension}", sound.samples, sound.sample_rate)
    return made


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Write a picture of a page: into the folder of GENREKIT_SCREENSHOTS, or where nobody keeps it."""
    folder = Path(os.environ.get("GENREKIT_SCREENSHOTS") or tmp_path)

    def picture(page: Page, name: str) -> None:
        # Spectrograms are noise to a lossless format.
        path = folder / f"{name}.jpg"
        page.evaluate("document.activeElement?.blur()")
        page.screenshot(path=path, type="jpeg", quality=78, full_page=True, animations="disabled")
        assert path.stat().st_size < LARGEST_PICTURE

    return picture
