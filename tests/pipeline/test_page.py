from html.parser import HTMLParser

import numpy as np
import pytest

from genrekit.pipeline.checks.check import Limit, Table, at_least, at_most, reported
from genrekit.pipeline.page import figure, render_page
from genrekit.plots import confusion

CHECKS = [
    at_least("performance", "accuracy <all>", 0.81, Limit(0.7, 0.8), "of 40 & more", Table(("a",), (("<b>",),))),
    at_most("calibration", "error", 0.2, Limit(0.1, 0.05), "in ten bins"),
    reported("calibration", "floor", None, "by chance"),
]


class Tags(HTMLParser):
    """Counts tags, and notes those that are closed without having been opened."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.stray = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "img", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.stray.append(tag)


@pytest.fixture(scope="module")
def page():
    picture = confusion.draw(np.eye(2), ["a", "b"])
    return render_page("Title & more", "Lead.", CHECKS, [('a "caption"', picture)])


def test_it_is_whole_and_fetches_nothing(page):
    tags = Tags()
    tags.feed(page)
    assert (tags.open, tags.stray) == ([], [])
    sources = [attributes.get("src", "") for tag, attributes in tags.seen if tag == "img"]
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert not [tag for tag, _ in tags.seen if tag in {"script", "link", "iframe"}]
    assert len(page) < 1_000_000


def test_every_picture_says_in_words_what_it_shows(page):
    assert 'alt="a &quot;caption&quot;"' in page


def test_subjects_are_sections_and_statuses_are_counted(page):
    assert [page.count(f"<h2>{name}</h2>") for name in ("Performance", "Calibration")] == [1, 1]
    assert "1 passed" in page
    assert "1 failed" in page


def test_what_is_text_stays_text(page):
    assert "accuracy &lt;all&gt;" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


@pytest.mark.parametrize(("value", "text"), [(None, "-"), (0.8217, "0.822"), (7.15e-7, "7.15e-07"), (25.0, "25")])
def test_numbers_keep_three_digits(value, text):
    assert figure(value) == text
