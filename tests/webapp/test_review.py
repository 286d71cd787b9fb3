from __future__ import annotations

from pathlib import Path

import pytest

gr = pytest.importorskip("gradio", reason="the extra webapp is not installed: no page")

from genrekit.webapp import review
from genrekit.webapp.reviewing import Library, Pass, skip
from tests.collection.test_uncertain import make

GENRES = ("jazz", "hiphop", *(f"genre {number}" for number in range(3, 13)))


def built(library: Library | None) -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False) as page, gr.Tab("Review") as tab:
        review.build(library, GENRES, tab)
    return page


def buttons(page: gr.Blocks) -> list[str]:
    return [block.value for block in page.blocks.values() if isinstance(block, gr.Button)]


def test_every_genre_has_a_button_and_the_first_ten_a_key(tmp_path: Path) -> None:
    shown = buttons(built(Library(tmp_path / "m.sqlite", tmp_path / "said.csv", "abc")))
    assert shown[:3] == ["Accept (A)", "Skip (S)", "Take back (U)"]
    assert shown[3:5] == ["jazz (1)", "hip hop (2)"]
    assert shown[12:] == ["genre 10 (0)", "genre 11", "genre 12"]


def test_a_closed_library_shows_nothing_of_it() -> None:
    assert buttons(built(None)) == []


def test_nothing_scanned_is_told_with_what_to_do(tmp_path: Path) -> None:
    _, page, _ = review._step(Library(tmp_path / "m.sqlite", tmp_path / "said.csv", "abc"), skip, Pass())
    assert "genrekit scan" in page


def test_a_fault_keeps_the_place(tmp_path: Path) -> None:
    library = Library(make(tmp_path, {"a.mp3": 0.9}), tmp_path / "said.csv", "abc")
    library.corrections.write_text("nonsense\n")
    at, page, _ = review._step(library, lambda at: review._begun(library, at), Pass())
    assert at == Pass()
    assert "path,genre" in page


def test_coming_back_to_the_tab_goes_on_where_one_was(tmp_path: Path) -> None:
    library = Library(make(tmp_path, {"a.mp3": 0.9, "b.mp3": 0.6}), tmp_path / "said.csv", "abc")
    at = skip(review._begun(library, Pass()))
    assert review._begun(library, at) is at
