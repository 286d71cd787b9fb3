"""The guide to the service does what it says: its commands are run as they stand."""

import contextlib
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from genrekit.service.settings import PREFIX, ServiceSettings
from tests.making import encode, make_music

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "run-the-service.md"
ADDRESS = "http://127.0.0.1:8000"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    encode(tmp_path / "song.mp3", make_music(3.0), 22_050)
    return tmp_path


@pytest.mark.skipif(shutil.which("curl") is None, reason="the program curl is not there")
@pytest.mark.parametrize("script", blocks("sh"))
def test_each_command_for_the_shell_succeeds(live, folder, script):
    command = ["bash", "-euo", "pipefail", "-c", script.replace(ADDRESS, live.url)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_lines_of_python_run(live, folder, monkeypatch):
    monkeypatch.chdir(folder)
    [script] = blocks("python")
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(script.replace(ADDRESS, live.url), {})  # noqa: S102
    assert shown.getvalue().splitlines()[1] == "['done']"


def test_every_variable_that_is_named_is_a_setting():
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", GUIDE.read_text(encoding="utf-8")))
    assert len(named) > 15
    assert {name.lower() for name in named} <= set(ServiceSettings.__struct_fields__)
