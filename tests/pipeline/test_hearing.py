"""What is heard of one file, and kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from genrekit.errors import AudioError
from genrekit.pipeline.hearing import HearingParams, Store, hear, hear_file
from genrekit.steps.embeddings import Backbone, load_backbone
from tests.making import encode, make_music
from tests.pipeline.nets import bands_backbone

MODEL = bands_backbone()
PARAMS = HearingParams(patches=5, patches_a_copy=2)


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return load_backbone(MODEL)


def test_patches_are_spread_over_a_long_track(tmp_path: Path, backbone: Backbone) -> None:
    content = encode(tmp_path / "a.wav", make_music(70.0), 22_050).read_bytes()
    heard = hear(content, backbone, PARAMS)
    assert heard.seconds == pytest.approx(70.0)
    assert heard.clean.shape == (5, 96)
    assert heard.copies.shape == (4, 96)
    assert heard.sha256 == hashlib.sha256(content).hexdigest()


def test_a_short_track_has_what_it_has(tmp_path: Path, backbone: Backbone) -> None:
    heard = hear(encode(tmp_path / "a.wav", make_music(4.5), 22_050).read_bytes(), backbone, PARAMS)
    assert (len(heard.clean), len(heard.copies)) == (2, 4)


def test_without_copies_there_are_none(tmp_path: Path, backbone: Backbone) -> None:
    content = encode(tmp_path / "a.wav", make_music(4.5), 22_050).read_bytes()
    assert hear(content, backbone, HearingParams(copies=0)).copies.shape == (0, 96)


def test_a_file_is_heard_once_whatever_it_is_called(tmp_path: Path, backbone: Backbone) -> None:
    store = Store(tmp_path / "work", MODEL, PARAMS)
    path = encode(tmp_path / "a.wav", make_music(4.5), 22_050)
    first = hear_file(path, store, backbone, PARAMS)
    assert not isinstance(first, AudioError)
    again = hear_file(path.rename(tmp_path / "b.wav"), store, None, PARAMS)  # type: ignore[arg-type]  # not asked
    assert not isinstance(again, AudioError)
    np.testing.assert_array_equal(again.clean, first.clean)
    np.testing.assert_array_equal(again.copies, first.copies)
    assert (again.sha256, again.seconds) == (first.sha256, first.seconds)


def test_another_way_to_hear_keeps_apart(tmp_path: Path, backbone: Backbone) -> None:
    path = encode(tmp_path / "a.wav", make_music(4.5), 22_050)
    hear_file(path, Store(tmp_path / "work", MODEL, PARAMS), backbone, PARAMS)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert Store(tmp_path / "work", MODEL, PARAMS).read(digest) is not None
    assert Store(tmp_path / "work", MODEL, HearingParams(seed=1)).read(digest) is None
    assert Store(tmp_path / "work", MODEL + b" ", PARAMS).read(digest) is None


@pytest.mark.parametrize("content", [b"", b"no sound at all", None])
def test_what_cannot_be_heard_is_named_and_not_kept(tmp_path: Path, backbone: Backbone, content: bytes | None) -> None:
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    outcome = hear_file(path, Store(tmp_path / "work", MODEL, PARAMS), backbone, PARAMS)
    assert isinstance(outcome, AudioError)
    assert outcome.subject == str(path)
    assert not (tmp_path / "work").exists()
