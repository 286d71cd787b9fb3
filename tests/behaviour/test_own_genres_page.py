"""The page on training on one's own genres does what it says: its commands are run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from genrekit.pipeline.datasets.synth import write
from tests.cli.running import genrekit

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "train-your-own-genres.md"
SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands() -> list[list[str]]:
    return [shlex.split(line) for block in SHELL.findall(PAGE.read_text()) for line in block.splitlines() if line]


@pytest.mark.slow
@pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not part of this distribution")
def test_its_commands_run_as_they_stand(tmp_path: Path) -> None:
    write(tmp_path / "my-music", genres=("arcade", "drift", "march"), tracks_per_genre=4, seconds=3.0)
    write(tmp_path / "held-back", genres=("arcade", "drift"), tracks_per_genre=1, seconds=3.0, seed=1)
    done = [genrekit(*command[1:], cwd=tmp_path, timeout=600) for command in commands()]
    assert [command[1] for command in commands()] == ["train", "predict", "evaluate"]
    assert [one.status for one in done] == [0, 0, 0], [one.err for one in done]
    assert "Out of fold" in done[0].out
    assert "drift" in done[1].out
    assert "All tracks" in done[2].out
    assert (tmp_path / "my-artifact.work").is_dir()
