import itertools

import pytest

from genrekit.cli.scanning import make_plan
from genrekit.cli.tag import Request
from genrekit.cli.watch import run
from genrekit.collection.tagging import Policy, read_tags
from genrekit.collection.watch import Pace
from genrekit.errors import SettingsError
from tests.collection.tagged import make_tagged


class Steps:
    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


@pytest.fixture
def request_of(tmp_path, tiny_artifact):
    def make(*, write):
        plan = make_plan([tmp_path], 1, 60.0, 60.0, 0.0, tiny_artifact, retry_failed=False)
        return Request(plan, Policy(), tmp_path / "m", False, write, False, tmp_path / "journal.jsonl")

    return make


def watch(folder, request, looks):
    count = itertools.count()
    return run((folder,), request, Pace(1.0, 2.0), Steps(), until=lambda: next(count) >= looks)


def test_what_arrives_is_answered_and_tagged_once(tmp_path, request_of, capsys):
    folder = tmp_path / "incoming"
    folder.mkdir()
    path = make_tagged(folder / "a.flac", 2.0)
    (folder / "broken.mp3").write_text("no sound")
    assert watch(folder, request_of(write=True), 12) == 0
    out, err = capsys.readouterr()
    assert len(read_tags(path).genres) == 1
    assert out.count("a.flac") == 2
    assert "broken.mp3" in err
    assert err.count("1 file changed") == 1


def test_without_write_files_stay_as_they_are(tmp_path, request_of, capsys):
    folder = tmp_path / "incoming"
    folder.mkdir()
    before = make_tagged(folder / "a.flac", 2.0).read_bytes()
    watch(folder, request_of(write=False), 4)
    assert "a.flac" in capsys.readouterr().out
    assert (folder / "a.flac").read_bytes() == before


def test_what_is_no_folder_is_told(tmp_path, request_of):
    with pytest.raises(SettingsError, match="no folder"):
        watch(tmp_path / "none", request_of(write=False), 1)
