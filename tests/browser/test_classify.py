"""Files, a recording and examples, from drop to answer."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

import clipfeat
from genrekit import wire
from genrekit.predictor import Predictor
from tests.browser.conftest import Take
from tests.browser.driving import drop, genre_on, launch, opened
from tests.making import EXAMPLES, encode


@pytest.mark.parametrize("genre", ["jazz", "metal"])
def test_a_dropped_file_gets_the_answer_of_the_predictor(
    browser: Browser, app: str, songs: dict[str, Path], predictor: Predictor, genre: str, take: Take
) -> None:
    page, log = opened(browser, app)
    drop(page, songs[genre])
    answer = predictor.predict(songs[genre])
    assert genre_on(page) == ("unsure" if answer.unsure else answer.genre)
    rows = page.locator("#gk-answer .gk-bars li")
    assert rows.count() == len(answer.proba)
    assert rows.first.locator(".gk-name").inner_text() == answer.genre
    expect(page.locator("#gk-why img.gk-picture")).to_have_count(2)
    expect(page.locator("#gk-why")).to_contain_text("What each member voted")
    expect(page.locator("#gk-why")).to_contain_text("All 57 features")
    if genre == "jazz":
        take(page, "app-classify")
    assert (log.complaints, log.failed) == ([], [])
    assert log.outside(app) == []
    page.context.close()


def test_the_timeline_tells_seconds_and_plays_from_there(browser: Browser, app: str) -> None:
    page, _ = opened(browser, app)
    page.click("#gk-example-jazz")
    timeline = page.locator(".gk-timeline")
    box = timeline.bounding_box()
    assert box is not None
    timeline.hover(position={"x": box["width"] / 2, "y": 20})
    expect(page.locator(".gk-readout")).to_contain_text("0:12 to 0:15")
    timeline.click(position={"x": box["width"] / 2, "y": 20})
    # The middle of 24 seconds, give or take a pixel and what has been played since.
    page.wait_for_function("document.querySelector('#gk-answer audio').currentTime > 11.5")
    page.click(".gk-runs button >> nth=0")
    page.wait_for_function("document.querySelector('#gk-answer audio').currentTime < 8")
    page.context.close()


def test_several_files_make_a_table_to_take_away(
    browser: Browser, app: str, songs: dict[str, Path], tmp_path: Path, take: Take
) -> None:
    broken = tmp_path / "letter.mp3"
    broken.write_text("Dear listener, this is no music.")
    page, log = opened(browser, app)
    drop(page, *songs.values(), broken)
    expect(page.locator("#gk-status")).to_contain_text("3 of 3 answered")
    rows = page.locator("#gk-table tbody tr")
    assert rows.count() == 3
    expect(rows.nth(2)).to_contain_text("GK104")
    expect(page.locator("#gk-why img.gk-picture")).to_have_count(2)
    page.locator("#gk-picker").get_by_text("metal.m4a").click()
    expect(page.locator("#gk-answer .gk-file")).to_have_text("metal.m4a")
    expect(page.locator("#gk-why img.gk-picture")).to_have_count(2)
    assert page.locator("#gk-picker input:checked").evaluate("input => input.parentElement.innerText") == "metal.m4a"
    take(page, "app-several")
    with page.expect_download() as table:
        page.get_by_text("Save genres.csv").click()
    lines = list(csv.DictReader(io.StringIO(table.value.path().read_text())))
    assert [line["file"] for line in lines] == ["jazz.mp3", "metal.m4a", "letter.mp3"]
    with page.expect_download() as records:
        page.get_by_text("Save genres.json").click()
    decoded = [wire.decode(json.dumps(record)) for record in json.loads(records.value.path().read_text())]
    assert isinstance(decoded[0], wire.PredictionRecord)
    assert isinstance(decoded[2], wire.ErrorRecord)
    assert log.complaints == []
    page.context.close()


def test_a_fault_is_told_in_the_sentence_of_the_error_table(
    browser: Browser, app: str, tmp_path: Path, take: Take
) -> None:
    short = encode(tmp_path / "click.wav", clipfeat.decode(EXAMPLES / "rock.ogg").samples[:2000], 22_050)
    page, log = opened(browser, app)
    drop(page, short)
    alert = page.locator("#gk-answer [role=alert]")
    expect(alert).to_contain_text("click.wav: lasts 0.09 s; at least 1 s are needed.")
    expect(alert).to_contain_text("GK106")
    assert "/" not in alert.inner_text().replace("0:", "")
    take(page, "app-error")
    assert log.complaints == []
    page.context.close()


def test_what_the_microphone_hears_is_answered(playwright: Playwright, app: str, tmp_path: Path) -> None:
    sound = clipfeat.decode(EXAMPLES / "disco.ogg")
    heard = encode(tmp_path / "heard.wav", clipfeat.resample(sound.samples, sound.sample_rate, 44_100), 44_100)
    browser = launch(
        playwright,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}",
    )
    page, log = opened(browser, app, permissions=["microphone"])
    page.locator("#gk-record button.record-button, #gk-record button:has-text('Record')").first.click()
    page.wait_for_timeout(6000)
    page.locator("#gk-record button:has-text('Stop')").first.click()
    expect(page.locator("#gk-answer .gk-file")).to_have_text("recording")
    assert genre_on(page)
    expect(page.locator("#gk-why img.gk-picture")).to_have_count(2)
    assert log.complaints == []
    browser.close()
