import hashlib
import re

from genrekit.pipeline.provenance import data_hashes, git_revision

INDEX = "name,genre,group,audio,sha256\n"


def write_data(folder, line, splits=("first", "second")):
    (folder / "splits").mkdir(parents=True)
    (folder / "index.csv").write_text(INDEX + line)
    for name, content in zip("ab", splits, strict=False):
        (folder / "splits" / f"{name}.csv").write_text(f"name,{content}\nsong,0\n")
    return data_hashes(folder)


def test_the_tracks_and_the_folds_are_hashed(tmp_path):
    hashes = write_data(tmp_path, "song,rock,band,here/song.wav,abc\n")
    splits = b"name,first\nsong,0\nname,second\nsong,0\n"
    assert hashes == {
        "index_sha256": hashlib.sha256(b"song\trock\tband\tabc\n").hexdigest(),
        "folds_sha256": hashlib.sha256(splits).hexdigest(),
    }


def test_where_the_files_lie_does_not_matter(tmp_path):
    here = write_data(tmp_path / "here", "song,rock,band,here/song.wav,abc\n")
    assert write_data(tmp_path / "there", "song,rock,band,there/song.wav,abc\n") == here
    assert write_data(tmp_path / "other", "song,rock,band,here/song.wav,def\n") != here


def test_a_revision_is_a_hash_or_unknown(tmp_path, monkeypatch):
    assert re.fullmatch("[0-9a-f]{40}|unknown", git_revision())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_revision() == "unknown"


def test_without_git_the_revision_is_unknown(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert git_revision() == "unknown"
