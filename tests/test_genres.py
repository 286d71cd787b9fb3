import pytest

from genrekit.genres import GTZAN_GENRES, canonical_genre, display_genre


def test_there_are_ten_in_alphabetical_order():
    assert list(GTZAN_GENRES) == sorted(GTZAN_GENRES)
    assert len(GTZAN_GENRES) == 10


@pytest.mark.parametrize(
    ("spelling", "genre"),
    [
        ("Hip Hop", "hiphop"),
        ("hip-hop", "hiphop"),
        ("hip_hop", "hiphop"),
        ("JAZZ", "jazz"),
        (" Heavy  Metal ", "metal"),
    ],
)
def test_spellings_lead_to_gtzans_name(spelling, genre):
    assert canonical_genre(spelling) == genre


@pytest.mark.parametrize("genre", GTZAN_GENRES)
def test_what_is_shown_leads_back(genre):
    assert canonical_genre(display_genre(genre)) == genre


def test_a_genre_that_gtzan_lacks_is_itself():
    assert canonical_genre("Fado") == "fado"
