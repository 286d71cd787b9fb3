"""From music as its owner keeps it to a data set."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from genrekit.errors import DatasetError, SettingsError
from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.datasets.index import read_dataset
from genrekit.pipeline.datasets.synth import write
from genrekit.pipeline.prepare import LEFT_OUT_NAME, PrepareParams, SynthParams, run
from tests.making import encode, make_music

SMALL = SynthParams(genres=("drift", "march"), tracks_per_genre=2, seconds=2.0)


def left_out(folder: Path) -> dict[str, str]:
    with (folder / LEFT_OUT_NAME).open() as file:
        return {row["name"]: row["reason"] for row in csv.DictReader(file)}


def test_synth_needs_no_music(tmp_path: Path) -> None:
    prepared = run({}, {"data": tmp_path / "data"}, PrepareParams(kind="synth", synth=SMALL))
    dataset = read_dataset(tmp_path / "data")
    assert dataset.tracks == prepared.tracks
    assert [track.name for track in dataset.tracks] == ["drift.000", "drift.001", "march.000", "march.001"]
    assert {track.group for track in dataset.tracks} == {"drift artist 0", "march artist 0"}
    assert {(track.seconds, track.kind) for track in dataset.tracks} == {(2.0, "excerpt")}
    assert left_out(tmp_path / "data") == {}


def test_a_second_run_changes_no_byte(tmp_path: Path) -> None:
    params = PrepareParams(kind="synth", synth=SMALL)
    run({}, {"data": tmp_path}, params)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    run({}, {"data": tmp_path}, params)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_cannot_be_learnt_from_is_named(tmp_path: Path) -> None:
    music = tmp_path / "music"
    write(music, genres=("drift", "march"), tracks_per_genre=1, seconds=2.0)
    (music / "drift" / "broken.wav").write_bytes(b"RIFF nothing")
    encode(music / "drift" / "short.wav", make_music(0.2), 22_050)
    encode(music / "drift" / "silent.wav", np.zeros(44_100, np.float32), 22_050)
    shutil.copy(music / "drift" / "drift.000.wav", music / "march" / "same.wav")
    prepared = run({"data": music}, {"data": tmp_path / "data"}, PrepareParams(kind="folder"))
    assert [track.name for track in prepared.tracks] == ["drift.000", "march.000"]
    reasons = left_out(tmp_path / "data")
    assert set(reasons) == {"drift.broken", "drift.short", "drift.silent", "march.same"}
    assert reasons["march.same"] == "is the same file as drift.000, which is filed under drift"


def test_groups_and_corrections_are_lists(tmp_path: Path) -> None:
    music = tmp_path / "music"
    write(music, genres=("drift", "march"), tracks_per_genre=1, seconds=2.0)
    (tmp_path / "g.csv").write_text("path,group\ndrift/drift.000.wav,Somebody\n")
    (tmp_path / "c.csv").write_text("path,genre\ndrift/drift.000.wav,calm\n")
    inputs = {"data": music, "groups": tmp_path / "g.csv", "corrections": tmp_path / "c.csv"}
    first, second = run(inputs, {"data": tmp_path / "data"}, PrepareParams(kind="folder")).tracks
    assert (first.group, first.genre) == ("Somebody", "calm")
    assert (second.group, second.genre) == ("march.000", "march")


def test_an_index_is_carried_over_with_what_lies_beside_it(tmp_path: Path) -> None:
    run({}, {"data": tmp_path / "first"}, PrepareParams(kind="synth", synth=SMALL))
    (tmp_path / "first" / "splits").mkdir()
    names = ("drift.000", "drift.001", "march.000", "march.001")
    folds = "name,fold_a\n" + "".join(f"{name},{name < 'e':d}\n" for name in names)
    (tmp_path / "first" / "splits" / "folds.csv").write_text(folds)
    run({"data": tmp_path / "first"}, {"data": tmp_path / "second"}, PrepareParams(kind="index"))
    again = read_dataset(tmp_path / "second")
    assert again.folds == read_dataset(tmp_path / "first").folds
    assert all(track.audio is not None and track.audio.exists() for track in again.tracks)
    assert not (tmp_path / "second" / "audio").exists()


def test_gtzan_carries_its_split_and_leaves_out_its_faults(tmp_path: Path) -> None:
    root = tmp_path / "genres"
    for seed, genre in enumerate(GTZAN_GENRES):
        (root / genre).mkdir(parents=True)
        encode(root / genre / f"{genre}.00030.au", make_music(2.0, seed=seed), 22_050)
    encode(root / "jazz" / "jazz.00033.au", make_music(2.0, seed=1000), 22_050)
    (root / "jazz" / "jazz.00054.au").write_bytes(b"damaged")
    prepared = run({"data": tmp_path}, {"data": tmp_path / "data"}, PrepareParams(kind="gtzan"))
    splits = {track.name: track.split for track in prepared.tracks}
    assert (splits["blues.00030"], splits["rock.00030"], splits["jazz.00030"]) == ("train", "test", "valid")
    reasons = left_out(tmp_path / "data")
    assert reasons["jazz.00033"] == "is the same recording as jazz.00051"
    assert "jazz.00054" in reasons
    assert reasons["pop.00030"] == "is the same recording as pop.00031"


@pytest.mark.parametrize(("kind", "named"), [("gtzan", "own copy"), ("folder", "name the folder"), ("index", "name")])
def test_without_music_the_words_are_clear(tmp_path: Path, kind: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        run({}, {"data": tmp_path / "data"}, PrepareParams(kind=kind))  # type: ignore[arg-type]


def test_nothing_left_is_an_error_that_says_why(tmp_path: Path) -> None:
    for genre in ("a", "b"):
        (tmp_path / genre).mkdir()
        (tmp_path / genre / "1.wav").write_bytes(b"damaged")
    with pytest.raises(DatasetError, match=r"nothing to learn from: a\.1"):
        run({"data": tmp_path}, {"data": tmp_path / "data"}, PrepareParams(kind="folder"))
