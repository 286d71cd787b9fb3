"""Results of the folds of a training that is under way, so that one that was killed goes on where it stopped."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.files import write_array

FloatArray = NDArray[np.float32]


class Progress(Protocol):
    """Remembers arrays by name."""

    def recall(self, name: str) -> FloatArray | None:
        """What was kept under a name, if it was."""

    def keep(self, name: str, values: FloatArray) -> None:
        """Remember it."""


class NoProgress:
    """Remembers nothing: for trainings of seconds."""

    def recall(self, name: str) -> FloatArray | None:  # noqa: ARG002 - the protocol's
        """Nothing."""
        return None

    def keep(self, name: str, values: FloatArray) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class SavedProgress:
    """Remembers in a folder.

    Attributes:
        folder: of this training; another one's remains in it are removed as this one begins.
        key: of everything that the results depend on: only a training of the same key may use them.
    """

    folder: Path
    key: str

    def begin(self) -> None:
        """Make room, and remove what a training of another key left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for other in [path for path in self.folder.iterdir() if path.name != self.key]:
            shutil.rmtree(other)

    def recall(self, name: str) -> FloatArray | None:
        """What was kept under a name, if it was."""
        path = self._path(name)
        return np.load(path, allow_pickle=False) if path.exists() else None

    def keep(self, name: str, values: FloatArray) -> None:
        """Write it, whole or not at all, and say so."""
        write_array(self._path(name), values)
        print(f"{self.folder.name}: {name} is done", file=sys.stderr)  # noqa: T201

    def end(self) -> None:
        """Remove all of it: what it served for is done."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self.folder / self.key / f"{name}.npy"
