"""What a run has already answered, on disk line by line, so that an interrupted run goes on where it stopped."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clipfeat.batch import Extracted
from clipfeat.errors import ConfigError

__all__ = ["Journal"]


@dataclass(slots=True)
class Journal:
    """Finished files of a run, beside its table while the run lasts.

    The first line holds the settings; each further line one file. A line cut short by a crash is dropped.
    """

    path: Path
    settings: dict[str, Any]
    finished: list[Extracted]

    @classmethod
    def opened(cls, table: Path, settings: dict[str, Any]) -> "Journal":
        """The journal of a table: a new one, or that of an interrupted run with the same settings.

        Raises ConfigError if the interrupted run had other settings.
        """
        path = table.with_name(table.name + ".journal")
        lines = _whole_lines(path)
        if lines and json.loads(lines[0]) != settings:
            raise ConfigError(f"{path}: an interrupted run had other settings; finish it with those or delete the file")
        finished = [_read(line) for line in lines[1:]]
        content = "".join(line + "\n" for line in [json.dumps(settings), *lines[1:]])
        path.write_text(content, encoding="utf-8")
        return cls(path, settings, finished)

    def add(self, file: Extracted) -> None:
        """Take note of a finished file, on disk at once."""
        self.finished.append(file)
        with self.path.open("a", encoding="utf-8") as journal:
            journal.write(_written(file) + "\n")

    def delete(self) -> None:
        """The table is written: nothing is left to resume."""
        self.path.unlink()


def _whole_lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    return text[: text.rfind("\n") + 1].splitlines()


def _written(file: Extracted) -> str:
    return json.dumps(
        {
            "name": file.name,
            "seconds": file.seconds,
            "starts": file.starts.tolist(),
            "values": file.values.tolist(),
            "warnings": file.warnings,
        }
    )


def _read(line: str) -> Extracted:
    fields = json.loads(line)
    return Extracted(
        fields["name"],
        fields["seconds"],
        np.array(fields["starts"]),
        np.array(fields["values"]),
        tuple(fields["warnings"]),
    )
