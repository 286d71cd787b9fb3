import json
import os
import zipfile

import pyarrow.dataset
import pytest

from tests.cli.running import genrekit
from tests.making import encode, make_music


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    encode(folder / "one.flac", make_music(3.0, seed=1), 22_050)
    encode(folder / "two.wav", make_music(3.0, seed=2), 22_050)
    (folder / "empty.mp3").touch()
    return folder


def scan(tmp_path, tiny_artifact, *arguments):
    environment = os.environ | {"GENREKIT_STATE": str(tmp_path / "state")}
    return genrekit("scan", "--artifact", tiny_artifact, "--jobs", 1, *arguments, env=environment)


def test_a_library_is_accounted_for_and_a_second_run_answers_nothing(tmp_path, tiny_artifact, library):
    first = scan(tmp_path, tiny_artifact, library, "--out", tmp_path / "r.csv", "--report", tmp_path / "r.html")
    assert "3 found = 2 answered + 0 skipped (answered before) + 1 failed" in first.out
    assert first.status == 1
    assert "[GK103]" in first.err
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 4
    assert "<svg" in (tmp_path / "r.html").read_text()
    assert (tmp_path / "state" / "library.sqlite").exists()
    second = scan(tmp_path, tiny_artifact, library, "--json")
    assert "3 found = 0 answered + 2 skipped (answered before) + 1 failed" in second.err
    records = [json.loads(line) for line in second.out.splitlines()]
    assert [("genre" in record, "error" in record) for record in records] == [
        (False, True),
        (True, False),
        (True, False),
    ]


def test_all_answered_is_status_0(tmp_path, tiny_artifact, library):
    done = scan(tmp_path, tiny_artifact, library / "one.flac", "--manifest", tmp_path / "m")
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "m").exists()


def test_results_of_addresses_go_into_a_folder_of_parts(tmp_path, tiny_artifact, library):
    with zipfile.ZipFile(tmp_path / "music.zip", "w") as archive:
        for path in sorted(library.iterdir()):
            archive.write(path, path.name)
    address = f"zip://::file://{tmp_path}/music.zip"
    for answered, skipped in ((2, 0), (0, 2)):
        done = scan(tmp_path, tiny_artifact, address, "--out", tmp_path / "results")
        assert f"3 found = {answered} answered + {skipped} skipped (answered before) + 1 failed" in done.out
        table = pyarrow.dataset.dataset(tmp_path / "results").to_table().to_pydict()
        assert sorted(path.partition("::")[0] for path in table["path"]) == [
            "zip://empty.mp3",
            "zip://one.flac",
            "zip://two.wav",
        ]


def test_what_makes_no_sense_is_told_before_the_work(tmp_path, tiny_artifact, library):
    wrong = scan(tmp_path, tiny_artifact, library, "--out", tmp_path / "r.xls")
    assert wrong.status == 2
    assert "r.xls: must end in one of" in wrong.err
    refused = scan(tmp_path, tmp_path / "none", library)
    assert refused.status == 3
    assert "GK201" in refused.err
