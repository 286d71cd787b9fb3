import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from genrekit.collection.report import render, write_report
from genrekit.collection.rows import Row
from genrekit.collection.summary import Summary, summarise
from genrekit.errors import SILENT, AudioError, SettingsError
from genrekit.genres import GTZAN_GENRES
from genrekit.values import Prediction


class Checker(HTMLParser):
    """Checks that what is opened is closed, and gathers links and texts."""

    def __init__(self):
        super().__init__()
        self.open, self.links, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "rect", "i"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in ("i", "rect"):
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def library():
    answers = {"jazz": 0.8, "rock": 0.2}
    yield Row(Path("/m/<b>/1.mp3"), "/m/<b>/1.mp3", ("Rock",), Prediction("jazz", False, answers, (), 3600.0, "id"))
    yield Row(Path("/m/x/2.mp3"), "/m/x/2.mp3", (), Prediction("jazz", True, answers, (), 3600.0, "id"))
    yield Row(Path("/m/x/3.mp3"), "/m/x/3.mp3", (), AudioError(SILENT, "3.mp3", "is silent"))


@pytest.mark.parametrize("summary", [Summary(), summarise(library())], ids=["empty", "some"])
def test_it_is_whole_html_that_fetches_nothing(summary):
    page = render(summary, GTZAN_GENRES)
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    assert checker.links == []
    assert "<script" not in page
    assert not re.search(r"url\(|@import", page)


def test_it_says_what_the_library_is(tmp_path):
    write_report(tmp_path / "new" / "r.html", summarise(library()), GTZAN_GENRES)
    page = (tmp_path / "new" / "r.html").read_text()
    assert "2 tracks answered (1 of them unsure), 1 failed; 2.0 hours heard." in page
    assert page.count("<svg") == 3
    assert "/m/&lt;b&gt;/1.mp3" in page
    assert "<b>" not in page
    assert "3.mp3: is silent [GK107]" in page


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written"):
        write_report(tmp_path / "file" / "r.html", Summary(), GTZAN_GENRES)
