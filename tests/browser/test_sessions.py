"""Ten people at once: everybody gets the answer to their own file."""

from __future__ import annotations

from playwright.sync_api import Browser

from genrekit.predictor import Predictor
from tests.browser.driving import genre_on, opened
from tests.making import EXAMPLES


def test_ten_sessions_at_once_get_each_their_own(browser: Browser, app: str, predictor: Predictor) -> None:
    tracks = sorted(EXAMPLES.glob("*.ogg"))
    pages = [opened(browser, app)[0] for _ in tracks]
    for page, track in zip(pages, tracks, strict=True):
        page.locator(f"#gk-example-{track.stem}").click()
    for page, track in zip(pages, tracks, strict=True):
        answer = predictor.predict(track)
        assert genre_on(page) == ("unsure" if answer.unsure else answer.genre.replace("hiphop", "hip hop"))
        assert page.locator("#gk-answer .gk-file").inner_text() == track.name
        page.context.close()
