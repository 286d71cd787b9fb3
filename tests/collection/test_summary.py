from pathlib import Path

from genrekit.collection.rows import Row
from genrekit.collection.summary import summarise
from genrekit.errors import SILENT, AudioError
from genrekit.values import Prediction


def row(name, *, unsure=False, tagged=(), **proba):
    genre = max(proba, key=proba.get)
    return Row(Path("/music", name), name, tagged, Prediction(genre, unsure, proba, (), 180.0, "id"))


def test_everything_is_counted_once():
    failure = Row(Path("/music/c"), "c", (), AudioError(SILENT, "c", "is silent"))
    summary = summarise([row("a/1", jazz=0.9, rock=0.1), row("b/2", unsure=True, jazz=0.4, rock=0.6), failure])
    assert (summary.genres, summary.unsure, summary.failures) == ({"jazz": 1}, 1, {"GK107": 1})
    assert summary.answered == 2
    assert summary.seconds == 360.0
    assert (sum(summary.confidence), summary.confidence[18], summary.confidence[12]) == (2, 1, 1)
    assert summary.folders == {"/music/a": {"jazz": 1}}
    assert summary.failed == ["c: is silent [GK107]"]


def test_a_certain_answer_falls_into_the_last_bin():
    assert summarise([row("a", jazz=1.0, rock=0.0)]).confidence[19] == 1


def test_tracks_are_likely_mistagged_when_their_tags_name_another_known_genre():
    answers = {"jazz": 0.9, "hiphop": 0.1}
    rows = [
        row("same", tagged=("Jazz",), **answers),
        row("among", tagged=("Hip-Hop", "JAZZ"), **answers),
        row("unknown", tagged=("Shoegaze",), **answers),
        row("none", **answers),
        row("other", tagged=("Hip Hop",), **answers),
        row("unsure", unsure=True, tagged=("Hip Hop",), **answers),
    ]
    assert [notable.path for notable in summarise(rows).mistagged] == ["other"]


def test_long_lists_keep_the_most_notable_first():
    rows = [row(str(n), unsure=True, jazz=0.3 + n / 10_000, rock=0.1) for n in range(500)]
    tracks = summarise(rows).unsure_tracks
    assert len(tracks) == 200
    assert tracks[0].path == "0"
