from __future__ import annotations

from genrekit.genres import GTZAN_GENRES
from genrekit.webapp.examples import example_tracks


def test_there_is_one_for_each_genre() -> None:
    tracks = example_tracks()
    assert list(tracks) == sorted(GTZAN_GENRES)
    assert all(path.is_file() for path in tracks.values())
