"""Blocks of libsndfile, and where it gives up."""

from pathlib import Path

import numpy as np
import pytest
from encoding import RATE, damaged, stereo, write

from clipfeat.decoding.libsndfile import open_soundfile
from clipfeat.decoding.source import open_source
from clipfeat.decoding.stream import CannotRead

MANY = 1 << 30


def test_blocks_hold_at_most_256_ki_values_over_all_channels(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", stereo(8))
    with open_source(path, MANY) as source, open_soundfile(source) as decoder:
        lengths = [len(block) for block in decoder.raw_blocks([])]
    assert max(lengths) == (1 << 18) // 2
    assert sum(lengths) == 8 * RATE
    assert decoder.damaged_after is None


def test_the_samples_before_the_damage_are_counted(tmp_path: Path) -> None:
    content = damaged(write(tmp_path / "a.flac", stereo(20)).read_bytes())
    with open_source(content, MANY) as source, open_soundfile(source) as decoder:
        heard = sum(len(block) for block in decoder.raw_blocks([]))
    assert decoder.damaged_after == heard
    assert 0 < heard < 20 * RATE


def test_a_descriptor_and_bytes_give_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", stereo())
    heard = []
    for thing in (path, path.read_bytes()):
        with open_source(thing, MANY) as source, open_soundfile(source) as decoder:
            heard.append(np.concatenate(list(decoder.raw_blocks([]))))
    np.testing.assert_array_equal(*heard)


def test_text_cannot_be_read() -> None:
    with open_source(b"no sound at all" * 20, MANY) as source, pytest.raises(CannotRead), open_soundfile(source):
        pass
