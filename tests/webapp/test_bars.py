from __future__ import annotations

import re
from dataclasses import replace

from genrekit.genres import GTZAN_GENRES
from genrekit.webapp.bars import bars, colours_of, headline
from tests.webapp.showing import made_prediction, proba_of


def test_all_genres_are_listed_the_likeliest_first() -> None:
    names = re.findall(r'gk-name">([^<]*)<', bars(proba_of("reggae", 0.7), "Probabilities"))
    assert names[0] == "reggae"
    assert len(names) == len(GTZAN_GENRES)
    assert "hip hop" in names


def test_every_bar_has_its_number_beside_it() -> None:
    html = bars(proba_of("reggae", 0.7), "Probabilities")
    assert html.count("gk-number") == html.count("gk-fill") == len(GTZAN_GENRES)
    assert ">70 %<" in html


def test_a_genre_has_one_colour_whatever_the_track() -> None:
    assert colours_of(proba_of("rock", 0.9)) == colours_of(proba_of("blues", 0.2))
    assert len(set(colours_of(proba_of("rock", 0.9)).values())) == len(GTZAN_GENRES)


def test_the_headline_names_the_genre() -> None:
    html = headline("song.mp3", made_prediction("hiphop", 0.8))
    assert ">hip hop<" in html
    assert "80 % probable" in html


def test_an_unsure_headline_says_so_and_what_is_likeliest() -> None:
    html = headline("song.mp3", made_prediction("jazz", 0.4, unsure=True))
    assert ">unsure<" in html
    assert "jazz, with 40 %" in html


def test_warnings_and_names_are_shown_as_text() -> None:
    html = headline("<b>.mp3", replace(made_prediction(), warnings=("only 1.5 s of sound",)))
    assert "Note: only 1.5 s of sound." in html
    assert "<b>" not in html
