from __future__ import annotations

from base64 import b64decode
from pathlib import Path

import pytest

import clipfeat
from genrekit.errors import AudioError
from genrekit.webapp.excerpt import excerpt_address


def test_the_seconds_asked_for_are_in_the_address(song: Path) -> None:
    kind, _, content = excerpt_address(song, 1.0, 3.0).partition(";base64,")
    assert kind == "data:audio/flac"
    sound = clipfeat.decode(b64decode(content))
    assert len(sound.samples) / sound.sample_rate == pytest.approx(2.0, abs=0.01)


def test_a_file_that_has_gone_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"gone\.mp3"):
        excerpt_address(tmp_path / "gone.mp3", 0.0, 3.0)
