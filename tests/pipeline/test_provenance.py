import hashlib
import re

from genrekit.pipeline.provenance import data_hashes, git_revision


def test_the_index_and_the_folds_are_hashed(tmp_path):
    (tmp_path / "splits").mkdir()
    (tmp_path / "index.csv").write_bytes(b"index")
    (tmp_path / "splits" / "b.csv").write_bytes(b"second")
    (tmp_path / "splits" / "a.csv").write_bytes(b"first")
    assert data_hashes(tmp_path) == {
        "index_sha256": hashlib.sha256(b"index").hexdigest(),
        "folds_sha256": hashlib.sha256(b"firstsecond").hexdigest(),
    }


def test_a_revision_is_a_hash_or_unknown(tmp_path, monkeypatch):
    assert re.fullmatch("[0-9a-f]{40}|unknown", git_revision())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_revision() == "unknown"


def test_without_git_the_revision_is_unknown(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert git_revision() == "unknown"
