"""Run the command line as a user does: as a program of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Finished:
    status: int
    out: str
    err: str


def genrekit(*arguments: object, timeout: float = 120, **options: object) -> Finished:
    command = [sys.executable, "-c", "from genrekit.cli.main import main; main()", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, **options)
    return Finished(done.returncode, done.stdout, done.stderr)
