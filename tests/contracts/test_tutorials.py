"""What the quick start shows is what happens."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from genrekit.cli.main import main

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "tutorials" / "quick-start.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```console\n\$ (.+)\n((?:.*\n)*?)```", TEXT, re.MULTILINE)


def words(text: str) -> list[str]:
    """Without what another machine may round otherwise, and without bars and the width of the terminal."""
    return re.sub(r"\d+", "N", text.replace("█", " ")).split()


@pytest.mark.parametrize(("command", "answer"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_answers_as_shown(
    command: str, answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    assert words(capsys.readouterr().out) == words(answer)


def test_the_lines_of_python_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    (lines,) = re.findall(r"^```python\n(.*?)```", TEXT, re.MULTILINE | re.DOTALL)
    exec(lines, {})  # noqa: S102 - what readers are told to run
    assert capsys.readouterr().out.startswith("jazz False\njazz: ")
