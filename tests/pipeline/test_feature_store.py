"""Features on disk: what is kept, what is computed again, what a killed run leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genrekit.errors import DatasetError
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.feature_store import compute_part, load_rows

RECIPE = {"level_dbfs": -17.0}
TRACKS = [Track(name, "rock", None, name, "whole", f"sum of {name}", has_taggram=False) for name in ("a", "b", "c.1")]


class Counting:
    """A part of as many rows as the name has letters; remembers of which tracks it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, track: Track) -> dict[str, np.ndarray]:
        self.asked.append(track.name)
        return {"values": np.ones((len(track.name), 2), np.float32), "start": np.arange(len(track.name))}


def computed(folder: Path, tracks: list[Track], recipe: dict[str, object] = RECIPE) -> list[str]:
    part = Counting()
    assert compute_part(tracks, folder, part, recipe) == len(part.asked)
    return part.asked


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"recipe.json", "sources.json"}


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def killed(track: Track) -> dict[str, np.ndarray]:
        if track.name == "b":
            raise KeyboardInterrupt
        return Counting()(track)

    with pytest.raises(KeyboardInterrupt):
        compute_part(TRACKS, tmp_path / "clean", killed, RECIPE)
    (tmp_path / "clean" / "b.123.tmp").write_bytes(b"half a fi")
    assert computed(tmp_path / "clean", TRACKS) == ["b", "c.1"]
    assert files(tmp_path / "clean") == {"a.npz", "b.npz", "c.1.npz"}


def test_nothing_is_computed_twice(tmp_path: Path) -> None:
    assert computed(tmp_path / "clean", TRACKS) == ["a", "b", "c.1"]
    assert computed(tmp_path / "clean", TRACKS) == []


def test_another_recipe_starts_afresh(tmp_path: Path) -> None:
    computed(tmp_path / "clean", TRACKS)
    assert computed(tmp_path / "clean", TRACKS, {"level_dbfs": -20.0}) == ["a", "b", "c.1"]


def test_another_sound_file_of_the_same_name_is_computed_again(tmp_path: Path) -> None:
    computed(tmp_path / "clean", TRACKS)
    assert computed(tmp_path / "clean", [replace(TRACKS[0], sha256="another"), *TRACKS[1:]]) == ["a"]


def test_without_a_checksum_the_file_itself_is_looked_at(tmp_path: Path) -> None:
    track = replace(TRACKS[0], sha256="", audio=tmp_path / "a.wav")
    (tmp_path / "a.wav").write_bytes(b"one")
    computed(tmp_path / "clean", [track])
    assert computed(tmp_path / "clean", [track]) == []
    (tmp_path / "a.wav").write_bytes(b"two")
    assert computed(tmp_path / "clean", [track]) == ["a"]


def test_a_track_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    computed(tmp_path / "clean", TRACKS)
    computed(tmp_path / "clean", TRACKS[1:])
    assert files(tmp_path / "clean") == {"b.npz", "c.1.npz"}


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        computed(tmp_path / name, TRACKS)
    assert all(
        (tmp_path / "two" / path.name).read_bytes() == path.read_bytes() for path in (tmp_path / "one").iterdir()
    )


def test_a_track_that_fails_leaves_no_half_file(tmp_path: Path) -> None:
    def broken(track: Track) -> dict[str, np.ndarray]:
        return {"start": np.array([lambda: None])}

    with pytest.raises((TypeError, AttributeError, ValueError), match="pickle"):
        compute_part(TRACKS[:1], tmp_path / "clean", broken, RECIPE)
    assert not (tmp_path / "clean" / "a.npz").exists()


def test_rows_of_all_tracks_come_back_with_their_track(tmp_path: Path) -> None:
    compute_part(TRACKS, tmp_path / "clean", Counting(), RECIPE)
    rows = load_rows(tmp_path / "clean", ["c.1", "a"])
    assert rows.track.tolist() == [0, 0, 0, 1]
    assert rows.values["values"].shape == (4, 2)


def test_a_track_not_computed_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"lost\.npz: is missing"):
        load_rows(tmp_path, ["lost"])
