"""What the tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from genrekit.artifact import write_artifact
from genrekit.genres import GTZAN_GENRES
from genrekit.predictor import Predictor
from tests.making import Samples, encode, linear_member, make_music, tiny_manifest


@pytest.fixture
def music() -> Callable[..., Samples]:
    return make_music


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Five seconds of sound in a wav file."""
    return encode(tmp_path / "song.wav", make_music(5.0), 22_050)


@pytest.fixture(scope="session")
def predictor() -> Predictor:
    """The artifact that ships, loaded once a worker."""
    return Predictor.load()


@pytest.fixture(scope="session")
def data_root() -> Path:
    value = os.environ.get("GENREKIT_DATA")
    if not value:
        pytest.skip("GENREKIT_DATA is not set: the recordings that this test needs are not at hand")
    return Path(value)


@pytest.fixture
def tiny_artifact(tmp_path: Path) -> Path:
    """A whole artifact in a folder."""
    folder = tmp_path / "tiny-artifact"
    write_artifact(folder, tiny_manifest(), {"linear.onnx": linear_member(57, len(GTZAN_GENRES))})
    return folder
