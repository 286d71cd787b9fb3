import numpy as np

from genrekit.genres import GTZAN_GENRES
from genrekit.plots import timeline
from genrekit.values import ClipResult, Prediction
from tests.plots.looking import assert_looks_as_before, words


def make_prediction(leads, seconds=3.0):
    """A prediction whose stretches are led by these genres."""
    clips = tuple(
        ClipResult(i * seconds, (i + 1) * seconds, {genre: 0.73 if genre == lead else 0.03 for genre in GTZAN_GENRES})
        for i, lead in enumerate(leads)
    )
    proba = {genre: (0.73 if genre == "hiphop" else 0.03) for genre in GTZAN_GENRES}
    return Prediction("hiphop", False, proba, clips, len(leads) * seconds, "0" * 64)


def test_the_likeliest_genre_comes_first_with_its_probability():
    drawn = words(timeline.draw(make_prediction(["hiphop", "jazz"])))
    assert "hip hop  73 %" in drawn
    assert {"time [s]", "probability"} <= set(drawn)


def test_a_genre_that_leads_anywhere_has_a_row():
    drawn = words(timeline.draw(make_prediction(["hiphop", "rock", "rock"])))
    rows = [word for word in drawn if word.endswith("%")]
    assert len(rows) == 6
    assert any(row.startswith("rock") for row in rows)


def test_a_dot_marks_the_leader_of_each_stretch():
    figure = timeline.draw(make_prediction(["hiphop", "jazz", "hiphop"])).figure
    (dots,) = figure.axes[0].get_lines()
    assert np.asarray(dots.get_xdata()).tolist() == [1.5, 4.5, 7.5]
    rows = [label.get_text().split("  ")[0] for label in figure.axes[0].get_yticklabels()]
    assert [rows[int(y)] for y in np.asarray(dots.get_ydata())] == ["hip hop", "jazz", "hip hop"]


def test_a_prediction_without_stretches_is_drawn_too():
    assert "hip hop  73 %" in words(timeline.draw(make_prediction([])))


def test_the_same_prediction_is_the_same_bytes():
    assert timeline.draw(make_prediction(["jazz"])).png() == timeline.draw(make_prediction(["jazz"])).png()


def test_it_looks_as_before():
    leads = ["hiphop", "hiphop", "jazz", "hiphop", "rock"]
    assert_looks_as_before(timeline.draw(make_prediction(leads)), "timeline")
