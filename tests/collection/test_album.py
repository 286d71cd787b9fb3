import pytest

from genrekit.collection.album import mean_answer, plan_albums, plan_tracks
from genrekit.collection.rows import Row
from genrekit.collection.tagging import Policy
from genrekit.errors import SILENT, AudioError, TagError
from genrekit.values import Prediction
from tests.collection.tagged import make_bare, make_tagged


def answer(jazz):
    proba = {"jazz": jazz, "rock": 1 - jazz}
    return Prediction(max(proba, key=proba.get), False, proba, (), 10.0, "id")


@pytest.fixture
def rows(tmp_path):
    """Two tracks of one album, one of none in the same folder, a failure, and a file that vanished."""
    one, two = (make_tagged(tmp_path / f"{number}.flac") for number in (1, 2))
    loose = make_bare(tmp_path / "3.wav")
    return [
        Row(one, "1", (), answer(0.9)),
        Row(two, "2", (), answer(0.3)),
        Row(loose, "3", (), answer(0.1)),
        Row(tmp_path / "4.mp3", "4", (), AudioError(SILENT, "4", "is silent")),
        Row(tmp_path / "5.mp3", "5", (), answer(0.5)),
        Row(tmp_path / "6.mp3", "6", (), None),
    ]


def test_the_mean_counts_each_track_the_same():
    shared = mean_answer([answer(0.9), answer(0.3)], unsure_below=0.65)
    assert shared.proba == pytest.approx({"jazz": 0.6, "rock": 0.4})
    assert (shared.genre, shared.unsure, shared.duration) == ("jazz", True, 20.0)
    assert not mean_answer([answer(0.9)], unsure_below=0.65).unsure


def test_tracks_by_themselves_get_their_own_genre(rows):
    planned = list(plan_tracks(rows, Policy()))
    assert [change.new for change in planned[:3]] == [("Jazz",), ("Rock",), ("Rock",)]
    assert [type(change) for change in planned[3:]] == [AudioError, TagError]


def test_tracks_of_an_album_get_one_genre(rows):
    planned = list(plan_albums(rows, Policy(), unsure_below=0.5))
    changes = {change.path.name: change.new for change in planned if hasattr(change, "new")}
    assert changes == {"1.flac": ("Jazz",), "2.flac": ("Jazz",), "3.wav": ("Rock",)}
    assert len(planned) == 5
