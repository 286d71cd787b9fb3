from __future__ import annotations

import os
import time
from pathlib import Path

from genrekit.webapp.folder import WorkFolder


def test_what_is_older_than_an_hour_goes_and_the_rest_stays(tmp_path: Path) -> None:
    old, new = tmp_path / "old.wav", tmp_path / "new.wav"
    for file in (old, new):
        file.touch()
    os.utime(old, (time.time() - 3700,) * 2)
    assert WorkFolder(tmp_path).swept() == tmp_path
    assert list(tmp_path.iterdir()) == [new]
