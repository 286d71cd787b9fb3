"""A library is scanned, looked through by keyboard, and what was said is written down."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from genrekit.collection.corrections import read_corrections
from tests.browser.conftest import Take
from tests.browser.driving import opened, running_app
from tests.cli.running import genrekit
from tests.making import EXAMPLES


def without_folders(page: Page, folder: Path) -> None:
    """A picture names no folder of the machine that made it."""
    page.evaluate(
        """folder => {
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                const text = texts.currentNode;
                if (text.nodeValue.includes(folder)) text.nodeValue = text.nodeValue.replaceAll(folder, "~");
            }
        }""",
        str(folder),
    )


def test_the_least_certain_are_reviewed_by_keyboard(browser: Browser, tmp_path: Path, take: Take) -> None:
    music, manifest, said = tmp_path / "music", tmp_path / "library.sqlite", tmp_path / "said.csv"
    music.mkdir()
    for genre in ("country", "pop", "rock"):
        shutil.copy(EXAMPLES / f"{genre}.ogg", music)
    assert genrekit("scan", music, "--manifest", manifest, "--jobs", "1").status == 0
    with running_app(tmp_path, "--library", str(manifest), "--corrections", str(said)) as url:
        page, log = opened(browser, url)
        page.get_by_role("tab", name="Review").click()
        place = page.locator("#gk-review .gk-note").first
        expect(place).to_contain_text("1 of 3")
        first = page.locator("#gk-review .gk-file").inner_text()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Space")
        page.wait_for_function("document.querySelector('#gk-review audio').currentTime > 0")
        without_folders(page, tmp_path)
        take(page, "app-review")
        page.keyboard.press("a")
        expect(place).to_contain_text("2 of 3")
        second = page.locator("#gk-review .gk-file").inner_text()
        page.keyboard.press("2")
        expect(place).to_contain_text("3 of 3")
        page.keyboard.press("s")
        expect(page.locator("#gk-review")).to_contain_text("All 3 are done.")
        genres = {path.name: genre for path, genre in read_corrections(said).items()}
        assert set(genres) == {first, second}
        assert genres[second] == "classical"
        page.keyboard.press("u")
        expect(place).to_contain_text("2 of 3")
        assert [path.name for path in read_corrections(said)] == [first]
        assert (log.complaints, log.failed) == ([], [])
        page.context.close()
