"""For everybody: on a phone, by keyboard, in the dark, read aloud."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Take
from tests.browser.driving import genre_on, open_tab, opened

PHONE = {"width": 360, "height": 740}
TABS = ("Classify", "Compare", "Review", "Model")

# What the page's library does and this project cannot: rule, and a part of the markup that it is allowed for.
ALLOWED: dict[str, tuple[str, ...]] = {}


def violations(page: Page) -> list[str]:
    """What axe-core finds, without what is allowed."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['any'][0]['message'] if node['any'] else rule['help']})"
        for rule in found
        for node in rule["nodes"]
        if not any(part in node["html"] for part in ALLOWED.get(rule["id"], ()))
    ]


def with_answer(browser: Browser, app: str, **options: Any) -> Page:
    page, _ = opened(browser, app, **options)
    page.click("#gk-example-reggae")
    assert genre_on(page)
    expect(page.locator("#gk-why img.gk-picture")).to_have_count(2)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_tab(browser: Browser, app: str, scheme: Any) -> None:
    page = with_answer(browser, app, color_scheme=scheme)
    found = {}
    for tab in TABS:
        open_tab(page, tab)
        if tab == "Model":
            page.wait_for_selector("#gk-model .gk-table")
        page.wait_for_timeout(300)
        found[tab] = violations(page)
    assert found == {tab: [] for tab in TABS}
    page.context.close()


def test_it_fits_a_phone(browser: Browser, app: str, take: Take) -> None:
    page = with_answer(browser, app, viewport=PHONE, has_touch=True, is_mobile=True)
    for tab in TABS:
        open_tab(page, tab)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        if tab == "Classify":
            take(page, "app-phone")
    page.context.close()


def test_in_the_dark_it_is_dark(browser: Browser, app: str, take: Take) -> None:
    page = with_answer(browser, app, color_scheme="dark")
    red, green, blue = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    assert max(red, green, blue) < 60
    take(page, "app-dark")
    page.context.close()


def test_the_timeline_is_worked_by_keyboard(browser: Browser, app: str) -> None:
    page = with_answer(browser, app)
    timeline = page.locator(".gk-timeline")
    timeline.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert timeline.get_attribute("aria-valuenow") == "6"
    assert (timeline.get_attribute("aria-valuetext") or "").startswith("0:06 to 0:09")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#gk-answer audio').currentTime >= 6")
    page.keyboard.press("End")
    assert (timeline.get_attribute("aria-valuetext") or "").startswith("0:27")
    page.context.close()


def test_everything_is_reached_by_tabbing(browser: Browser, app: str) -> None:
    page = with_answer(browser, app)
    page.evaluate("document.body.focus()")
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.closest('[id^=gk-]')?.id ?? document.activeElement.className")
        )
    assert {"gk-files", "gk-record", "gk-example-jazz", "gk-cancel", "gk-answer", "gk-why", "gk-table"} <= reached
    page.context.close()
