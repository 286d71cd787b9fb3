"""Two answers side by side."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Take
from tests.browser.driving import opened


def test_a_track_is_heard_under_noise(browser: Browser, app: str, songs: dict[str, Path], take: Take) -> None:
    page, log = opened(browser, app)
    page.get_by_role("tab", name="Compare").click()
    page.set_input_files("#gk-one input[type=file]", str(songs["jazz"]))
    expect(page.locator("#gk-one")).to_contain_text("jazz")
    page.click("#gk-compare")
    expect(page.locator("#gk-compare-status")).to_have_text("Compared.")
    expect(page.locator("#gk-compared")).to_contain_text("percentage points")
    expect(page.locator("#gk-compared .gk-bars")).to_have_count(2)
    page.wait_for_function("[...document.querySelectorAll('#gk-compared audio')].every(a => a.readyState > 0)")
    take(page, "app-compare")
    assert (log.complaints, log.failed) == ([], [])
    page.context.close()


def test_two_tracks_are_compared(browser: Browser, app: str, songs: dict[str, Path]) -> None:
    page, log = opened(browser, app)
    page.get_by_role("tab", name="Compare").click()
    page.locator("#gk-against").get_by_text("another track").click()
    page.set_input_files("#gk-one input[type=file]", str(songs["jazz"]))
    page.set_input_files("#gk-other input[type=file]", str(songs["metal"]))
    expect(page.locator("#gk-other")).to_contain_text("metal")
    page.click("#gk-compare")
    expect(page.locator("#gk-compared")).to_contain_text("The genre changes")
    assert log.complaints == []
    page.context.close()
