import numpy as np

from genrekit.plots import confusion
from tests.plots.looking import assert_looks_as_before, words

COUNTS = np.array([[9.0, 1.0, 0.0], [0.0, 4.0, 0.333], [2.0, 0.0, 8.0]])


def test_counts_stand_in_their_cells_and_zeros_stay_empty():
    drawn = words(confusion.draw(COUNTS, ["blues", "hiphop", "rock"]))
    assert [word for word in drawn if word.replace(".", "").isdigit()] == ["9", "1", "4", "0.3", "2", "8"]
    assert drawn.count("hip hop") == 2
    assert {"true", "predicted"} <= set(drawn)


def test_cells_are_shaded_by_shares_of_their_row():
    figure = confusion.draw(COUNTS, ["a", "b", "c"]).figure
    (image,) = figure.axes[0].get_images()
    assert np.allclose(image.get_array()[0], [0.9, 0.1, 0.0])


def test_a_genre_without_tracks_has_an_empty_row():
    figure = confusion.draw(np.zeros((2, 2)), ["a", "b"]).figure
    assert not figure.axes[0].get_images()[0].get_array().any()


def test_it_looks_as_before():
    assert_looks_as_before(confusion.draw(COUNTS, ["blues", "hiphop", "rock"]), "confusion")
