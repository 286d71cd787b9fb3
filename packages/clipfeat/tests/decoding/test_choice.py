"""Which library is asked first, and who goes on after damage."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from numpy.typing import NDArray

from clipfeat.decoding import choice
from clipfeat.decoding.source import OpenSource
from clipfeat.decoding.stream import CannotRead

SOURCE = OpenSource("song.flac", io.BytesIO(b"x"), 1, "flac", False)


class Scripted:
    """A decoder that gives numbered samples and may end in damage."""

    channels = 1

    def __init__(self, samples: int, damaged_after: int | None = None, sample_rate: int = 10) -> None:
        self._samples = samples
        self.sample_rate = sample_rate
        self.damaged_after = damaged_after

    def raw_blocks(self, warnings: list[str]) -> Iterator[NDArray[np.float32]]:
        yield from np.array_split(np.arange(self._samples, dtype=np.float32), 3)


def heard(first: Scripted, second: Scripted | None, monkeypatch: pytest.MonkeyPatch) -> tuple[list[float], list[str]]:
    @contextmanager
    def successor(source: OpenSource) -> Iterator[Scripted]:
        if second is None:
            raise CannotRead("no")
        yield second

    monkeypatch.setattr(choice, "_by_ffmpeg", successor)
    warnings: list[str] = []
    blocks = list(choice.recovered_blocks(SOURCE, first, warnings))
    return np.concatenate(blocks).tolist(), warnings


def test_undamaged_sound_is_left_to_the_first_library(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heard(Scripted(9), Scripted(20), monkeypatch) == (list(range(9)), [])


@pytest.mark.parametrize("damaged_after", [1, 6, 7, 13])
def test_the_second_goes_on_where_the_first_gave_up(damaged_after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Scripted(damaged_after, damaged_after)
    assert heard(first, Scripted(20), monkeypatch) == (list(range(20)), [])


@pytest.mark.parametrize("second", [None, Scripted(20, sample_rate=11)])
def test_nobody_goes_on_and_the_loss_is_named(second: Scripted | None, monkeypatch: pytest.MonkeyPatch) -> None:
    samples, warnings = heard(Scripted(6, 6), second, monkeypatch)
    assert samples == list(range(6))
    assert warnings == ["it is damaged: what follows 0.60 s is lost"]
