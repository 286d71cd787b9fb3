"""The data set out of nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import clipfeat
from genrekit.errors import SettingsError
from genrekit.pipeline.datasets.synth import GROUPS_NAME, SAMPLE_RATE, STYLES, compose, write


def test_tracks_lie_in_folders_of_their_genre(tmp_path: Path) -> None:
    paths = write(tmp_path, genres=("march", "drift"), tracks_per_genre=3, seconds=2.0)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        f"{genre}/{genre}.{number:03}.wav" for genre in ("drift", "march") for number in range(3)
    ]
    audio = clipfeat.decode(paths[0])
    assert (len(audio.samples), audio.sample_rate) == (2 * SAMPLE_RATE, SAMPLE_RATE)


def test_two_tracks_are_of_one_artist(tmp_path: Path) -> None:
    write(tmp_path, genres=("drift",), tracks_per_genre=4, seconds=1.0)
    with (tmp_path / GROUPS_NAME).open() as file:
        groups = [row["group"] for row in csv.DictReader(file)]
    assert groups == ["drift artist 0"] * 2 + ["drift artist 1"] * 2


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write(tmp_path / "a", tracks_per_genre=2, seconds=1.0, seed=3)]
    assert [path.read_bytes() for path in write(tmp_path / "b", tracks_per_genre=2, seconds=1.0, seed=3)] == first
    others = [path.read_bytes() for path in write(tmp_path / "c", tracks_per_genre=2, seconds=1.0, seed=4)]
    assert not set(others) & set(first)


def test_more_tracks_do_not_change_the_first_ones(tmp_path: Path) -> None:
    few = write(tmp_path / "few", genres=("march",), tracks_per_genre=1, seconds=1.0)
    more = write(tmp_path / "more", genres=("march", "drift"), tracks_per_genre=3, seconds=1.0)
    assert few[0].read_bytes() in [path.read_bytes() for path in more]


@pytest.mark.parametrize("genre", STYLES)
def test_every_style_is_sound_within_full_scale(genre: str) -> None:
    sound = compose(STYLES[genre], "somebody", "something", 3.0, seed=0)
    assert np.abs(sound).max() == pytest.approx(0.8)
    assert np.sqrt(np.mean(sound**2)) > 0.02


@pytest.mark.parametrize(
    ("options", "named"),
    [({"genres": ("polka",)}, "polka"), ({"genres": ()}, "genres"), ({"tracks_per_genre": 0}, "tracks_per_genre")],
)
def test_what_makes_no_sense_is_named(tmp_path: Path, options: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        write(tmp_path, **options)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
