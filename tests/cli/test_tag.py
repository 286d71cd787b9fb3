import os
import subprocess
import sys

import pytest

from genrekit.cli.tag import make_policy
from genrekit.collection.tagging import Existing, read_tags
from genrekit.errors import SettingsError
from tests.cli.running import genrekit
from tests.collection.tagged import make_tagged

OPTIONS = {"unsure": "skip", "max_genres": 1, "min_proba": 0.2, "confidence": False, "timeline": False}


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    make_tagged(folder / "has.mp3", 2.0, ["Rock"])
    make_tagged(folder / "has-none.flac", 2.0)
    return folder


@pytest.fixture
def tag(tmp_path, tiny_artifact):
    environment = os.environ | {"GENREKIT_STATE": str(tmp_path / "state")}

    def run(*arguments):
        options = ("--artifact", tiny_artifact, "--jobs", 1, "--threshold", 0)
        return genrekit("tag", *options, *arguments, env=environment)

    return run


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nothing_is_written_unless_asked_and_all_is_undone_if_asked(tmp_path, library, tag):
    before = contents(library)
    shown = tag(library)
    assert "has-none.flac" in shown.out
    assert " -> " in shown.out
    assert "1 file would change" in shown.err
    assert "1 left as they are: has a genre already" in shown.err
    assert contents(library) == before
    assert not (tmp_path / "state" / "journals").exists()

    written = tag(library, "--merge", "--write", "--confidence", "--keep-mtime")
    assert written.status == 0
    assert "2 files changed" in written.err
    genres = read_tags(library / "has.mp3").genres
    assert (genres[0], len(genres)) == ("Rock", 2)
    assert len(read_tags(library / "has-none.flac").genres) == 1
    assert "GENREKIT_CONFIDENCE" in read_tags(library / "has-none.flac").extras

    [journal] = (tmp_path / "state" / "journals").iterdir()
    assert str(journal) in written.err
    undone = tag("--undo", journal)
    assert (undone.status, undone.out) == (0, "2 of 2 changes undone\n")
    assert contents(library) == before


def test_a_file_that_cannot_be_written_is_listed_and_the_others_are(library, tag, tmp_path):
    (library / "has-none.flac").chmod(0o444)
    journal = tmp_path / "here.jsonl"
    done = tag(library, "--force", "--write", "--album", "--journal", journal)
    assert done.status == 1
    assert "has-none.flac: was left as it is: it is read-only [GK704]" in done.err
    assert "1 file changed" in done.err
    assert journal.exists()


def test_a_vocabulary_decides_the_words(library, tag, tmp_path):
    names = "\n".join(
        f'{genre} = "Music"' for genre in "blues classical country disco hiphop jazz metal pop reggae rock".split()
    )
    (tmp_path / "words.toml").write_text(f"[names]\n{names}\n[parents]\nMusic = 'Art'\n")
    assert "- -> Music; Art" in tag(library, "--vocabulary", tmp_path / "words.toml").out


def test_without_the_library_the_install_command_is_told(library, tiny_artifact):
    program = (
        "import sys; sys.modules['mutagen'] = None; sys.argv = ['genrekit', 'tag', sys.argv[1]];"
        "from genrekit.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program, library], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'pip install "genrekit[tag]"' in done.stderr


def test_a_journal_that_is_none_is_told(tmp_path, tag):
    (tmp_path / "x").write_text("x")
    done = tag("--undo", tmp_path / "x")
    assert done.status == 1
    assert "GK706" in done.err


def test_options_become_a_policy():
    assert make_policy(force=False, merge=False, **OPTIONS).existing is Existing.KEEP
    assert make_policy(force=True, merge=False, **OPTIONS).existing is Existing.REPLACE
    assert make_policy(force=False, merge=True, **OPTIONS | {"unsure": "tag:Unknown"}).unsure == "Unknown"


@pytest.mark.parametrize("unsure", ["tag:", "Unknown", ""])
def test_options_that_make_no_sense_are_refused(unsure):
    with pytest.raises(SettingsError, match="--unsure"):
        make_policy(force=False, merge=False, **OPTIONS | {"unsure": unsure})
    with pytest.raises(SettingsError, match="contradicts"):
        make_policy(force=True, merge=True, **OPTIONS)


def test_what_a_person_said_in_a_review_is_respected(tmp_path, library, tag):
    said = tmp_path / "said.csv"
    said.write_text(f"path,genre\n{library / 'has-none.flac'},Polka\n")
    assert tag(library, "--corrections", said, "--write").status == 0
    assert read_tags(library / "has-none.flac").genres == ("Polka",)


def test_corrections_that_are_none_change_nothing(tmp_path, library, tag):
    before = contents(library)
    (tmp_path / "said.csv").write_text("nonsense\n")
    done = tag(library, "--corrections", tmp_path / "said.csv", "--write")
    assert done.status == 2
    assert "must begin with the line path,genre" in done.err
    assert contents(library) == before
