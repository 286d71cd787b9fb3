import fsspec
import pytest

from genrekit.collection.answering import Known, Question, Settings, answer_file, answer_place, identify, make_answerer
from genrekit.collection.places import Url
from genrekit.errors import CHANGED, EMPTY, INTERNAL, MISSING, UNREADABLE, AudioError
from genrekit.predictor import Predictor
from genrekit.values import Prediction
from tests.collection.tagged import CONTAINERS, make_bare, make_tagged, put_tags


def nothing_known(_content):
    return False


def identified(path):
    with path.open("rb") as file:
        return identify(file, str(path))


@pytest.fixture
def settings(tiny_artifact):
    return Settings(tiny_artifact, 300.0, None, 60.0)


@pytest.fixture
def predictor(tiny_artifact):
    return Predictor.load(tiny_artifact)


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_a_file_is_known_by_its_sound_whatever_its_tags_say(tmp_path, suffix):
    bare = identified(make_bare(tmp_path / f"a.{suffix}"))
    tagged = identified(put_tags(tmp_path / f"a.{suffix}", ["Jazz", "Blues"]))
    other = identified(make_tagged(tmp_path / f"c.{suffix}", seed=1))
    assert bare[0] == tagged[0] != other[0]
    assert (bare[1], tagged[1]) == ((), ("Jazz", "Blues"))


def test_what_is_no_known_container_is_known_by_all_its_bytes(tmp_path):
    for name, content in (("a", b"x" * 100), ("b", b"x" * 100), ("c", b"y" * 100)):
        (tmp_path / name).write_bytes(content)
    contents = [identified(tmp_path / name)[0] for name in "abc"]
    assert contents[0] == contents[1] != contents[2]


def test_a_good_file_gets_an_answer(tmp_path, settings):
    path = make_tagged(tmp_path / "a.flac", 3.0, ["Jazz"])
    answer = make_answerer(settings, lambda: nothing_known)(Question(path))
    assert isinstance(answer.result, Prediction)
    assert (answer.size, answer.mtime_ns) == (path.stat().st_size, path.stat().st_mtime_ns)
    assert answer.tagged == ("Jazz",)


def test_a_known_content_is_not_answered_again(tmp_path, settings, predictor):
    path = make_bare(tmp_path / "a.flac")
    assert answer_file(path, predictor, settings, lambda _content: True).result == Known()


def test_failures_are_values(tmp_path, settings, predictor):
    (tmp_path / "empty.mp3").touch()
    kinds = [
        answer_file(tmp_path / name, predictor, settings, nothing_known).result.kind for name in ("empty.mp3", "gone")
    ]
    assert kinds == [EMPTY, MISSING]


def test_a_file_that_changes_while_it_is_read_has_no_answer(tmp_path, settings, predictor):
    path = make_bare(tmp_path / "a.flac")

    def meanwhile(_content):
        with path.open("ab") as file:
            file.write(b"more")
        return False

    answer = answer_file(path, predictor, settings, meanwhile)
    assert (answer.content, answer.result.kind) == (None, CHANGED)


def test_a_file_that_vanishes_while_it_is_read_is_missing(tmp_path, settings, predictor):
    path = make_bare(tmp_path / "a.flac")

    def meanwhile(_content):
        path.unlink()
        return True

    assert answer_file(path, predictor, settings, meanwhile).result.kind is MISSING


def test_a_fault_of_our_own_costs_one_file(tmp_path, settings):
    class Faulty:
        def predict(self, *_arguments, **_options):
            raise ZeroDivisionError("by zero")

    result = answer_file(make_bare(tmp_path / "a.flac"), Faulty(), settings, nothing_known).result
    assert isinstance(result, AudioError)
    assert result.kind is INTERNAL
    assert "ZeroDivisionError" in str(result)


def test_the_fingerprint_tells_settings_apart(tmp_path):
    prints = {
        Settings(None, seconds, threshold, 60.0).fingerprint for seconds in (30, 300) for threshold in (None, 0.5)
    }
    assert len(prints) == 4


def test_a_file_elsewhere_is_answered_like_one_here(tmp_path, settings, predictor):
    path = make_tagged(tmp_path / "a.flac", 3.0, ["Jazz"])
    system = fsspec.filesystem("memory")
    system.pipe("/answering/a.flac", path.read_bytes())
    try:
        far = answer_place(Url("memory://answering/a.flac"), predictor, settings, nothing_known)
        known = answer_place(Url("memory://answering/a.flac"), predictor, settings, lambda _content: True)
    finally:
        system.rm("/answering", recursive=True)
    near = answer_place(path, predictor, settings, nothing_known)
    assert (far.content, far.tagged, far.result) == (near.content, near.tagged, near.result)
    # Its size and time stay as the listing told them.
    assert (far.size, far.mtime_ns, known.result) == (None, None, Known())


@pytest.mark.parametrize(
    ("address", "kind"), [("memory://answering/gone.mp3", MISSING), ("nonsense://a.mp3", UNREADABLE)]
)
def test_what_cannot_be_fetched_is_a_failure_of_its_file(settings, predictor, address, kind):
    answer = answer_place(Url(address), predictor, settings, nothing_known)
    assert (answer.content, answer.result.kind, answer.result.subject) == (None, kind, address)
