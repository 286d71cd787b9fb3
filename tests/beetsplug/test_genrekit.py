"""Real beets, run as a program on a temporary library of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from genrekit.collection.tagging import read_tags
from tests.collection.tagged import make_tagged
from tests.making import encode, make_music

CONFIG = """
directory: {root}/music
library: {root}/library.db
plugins: genrekit
import:
    copy: yes
    write: yes
genrekit:
    artifact: {artifact}
    max_genres: 2
    min_proba: 0
"""


@pytest.fixture
def beet(tmp_path, tiny_artifact):
    root = tmp_path / "beets"
    root.mkdir()
    (root / "config.yaml").write_text(CONFIG.format(root=root, artifact=tiny_artifact))
    environment = os.environ | {"BEETSDIR": str(root), "HOME": str(root), "NO_COLOR": "1"}

    def run(*arguments, config=""):
        if config:
            with (root / "config.yaml").open("a") as file:
                file.write(config)
        command = [sys.executable, "-m", "beets", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)

    return run


@pytest.fixture
def incoming(tmp_path):
    folder = tmp_path / "incoming"
    folder.mkdir()
    make_tagged(folder / "none.flac", 2.0)
    make_tagged(folder / "has.mp3", 2.0, ["Polka"])
    return folder


def listed(beet):
    lines = beet("ls", "-f", "$path\t$genres").stdout.splitlines()
    return {Path(path).suffix: genres for path, genres in (line.split("\t") for line in lines)}


def paths(beet):
    return {Path(path).suffix: Path(path) for path in beet("ls", "-f", "$path").stdout.splitlines()}


def test_import_fills_in_what_is_missing_keeps_what_is_there_and_beet_writes_it(beet, incoming):
    done = beet("import", "-qA", incoming)
    assert done.returncode == 0, done.stderr
    genres, files = listed(beet), paths(beet)
    assert genres[".mp3"] == "Polka"
    # As it is (-A) means, by beets' own rule, that files are not written yet.
    assert read_tags(files[".flac"]).genres == ()
    beet("write")
    assert len(genres[".flac"].split("; ")) == 2
    assert read_tags(files[".mp3"]).genres == ("Polka",)
    assert read_tags(files[".flac"]).genres == tuple(genres[".flac"].split("; "))


def test_the_command_pretends_then_changes_and_replaces_only_by_force(beet, incoming):
    beet("import", "-qA", incoming, config="    auto: no\n")
    assert listed(beet) == {".mp3": "Polka", ".flac": ""}
    pretended = beet("genrekit", "--pretend")
    assert " - -> " in pretended.stdout.replace(":", "")
    assert listed(beet)[".flac"] == ""
    changed = beet("genrekit")
    assert changed.returncode == 0, changed.stderr
    assert listed(beet)[".flac"] != ""
    assert listed(beet)[".mp3"] == "Polka"
    forced = beet("genrekit", "--force", "path::mp3$")
    assert "Polka -> " in forced.stdout
    assert read_tags(paths(beet)[".mp3"]).genres == tuple(listed(beet)[".mp3"].split("; "))


def test_a_write_that_fails_is_told(beet, incoming):
    beet("import", "-qA", incoming / "none.flac", config="    auto: no\n")
    # Still sound, but of a kind that beets cannot tag.
    paths(beet)[".flac"].write_bytes(encode(incoming / "other.au", make_music(2.0), 22_050).read_bytes())
    done = beet("genrekit", "--force")
    assert done.returncode == 1
    assert "error reading" in done.stderr
    assert "1 files could not be written" in done.stderr


def test_a_file_that_cannot_be_heard_is_told_and_the_others_are_set(beet, incoming):
    beet("import", "-qA", incoming, config="    auto: no\n")
    paths(beet)[".mp3"].unlink()
    done = beet("genrekit", "--force")
    assert ".mp3: does not exist" in done.stderr
    assert listed(beet)[".flac"] != ""


def test_settings_that_make_no_sense_are_told(beet, incoming):
    beet("import", "-qA", incoming, config="    auto: no\n    vocabulary: nowhere.toml\n")
    done = beet("genrekit", "--force")
    assert done.returncode == 1
    assert "nowhere.toml: cannot be read as a vocabulary" in done.stderr
