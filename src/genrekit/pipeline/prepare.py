"""Stage: from music as its owner keeps it to a data set: a folder with ``index.csv``, checksums and lengths.

Whatever cannot be learnt from is left out and named in ``left_out.csv`` beside the index: files that are damaged, too
short, silent, or the same as another.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genrekit.errors import BAD_SETTING, DATASET_INVALID, AudioError, DatasetError, SettingsError
from genrekit.limits import Limits
from genrekit.pipeline.datasets import synth
from genrekit.pipeline.datasets.acquire import fetch
from genrekit.pipeline.datasets.folder import Listed, list_folder, read_pairs
from genrekit.pipeline.datasets.folds import write_folds
from genrekit.pipeline.datasets.gtzan import filtered_split, find_gtzan, list_gtzan
from genrekit.pipeline.datasets.index import DataSet, Track, read_dataset, write_index
from genrekit.pipeline.datasets.settings import PrepareParams, SynthParams
from genrekit.pipeline.layout import Layout
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.stage import run_stage
from genrekit.steps.decode import decode

LEFT_OUT_NAME: Final = "left_out.csv"
WHOLE_SECONDS: Final = 20.0
"""From this length on a track is called whole; below, an excerpt. Only reported."""

_BESIDE: Final = ("splits", "tables", "taggrams")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What came of it.

    Attributes:
        tracks: that the index lists.
        left_out: why, by name of the track.
    """

    tracks: tuple[Track, ...]
    left_out: Mapping[str, str]


def run(inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: PrepareParams) -> Prepared:
    """Prepare a data set.

    Args:
        inputs: ``data``, the music: a folder, or for GTZAN an archive; not needed with ``synth`` or an address.
            ``groups`` and ``corrections``: lists with the columns ``path`` and ``group`` or ``genre``, if any.
        outputs: ``data``, the folder of the data set.
        params: which.

    Raises:
        SettingsError: neither music nor an address is given.
        DatasetError: the music is no such data set, or nothing is left of it.
    """
    folder = outputs["data"]
    prepared = _prepared(inputs, folder, params)
    if not prepared.tracks:
        name, reason = next(iter(prepared.left_out.items()), ("it", "holds no track"))
        raise DatasetError(DATASET_INVALID, params.kind, f"leaves nothing to learn from: {name} {reason}")
    write_index(folder, prepared.tracks)
    _write_left_out(folder / LEFT_OUT_NAME, prepared.left_out)
    return prepared


def _prepared(inputs: Mapping[str, Path], folder: Path, params: PrepareParams) -> Prepared:
    match params.kind:
        case "folder":
            groups, corrections = _list(inputs, "groups", "group"), _list(inputs, "corrections", "genre")
            return examine(list_folder(_data(inputs), groups=groups, corrections=corrections), {})
        case "gtzan":
            return _gtzan(inputs, folder, params)
        case "synth":
            return _synth(folder, params.synth)
        case "index":
            return _copied(read_dataset(_data(inputs)), folder)


def examine(tracks: Iterable[Listed], splits: Mapping[str, str]) -> Prepared:
    """Look into each file once: its checksum, its length, and whether it can be heard at all.

    Args:
        tracks: as found.
        splits: part of a published split, by name.
    """
    good: dict[str, Track] = {}
    left_out: dict[str, str] = {}
    for listed in tracks:
        try:
            track = _examined(listed, splits.get(listed.name, ""))
        except (AudioError, OSError) as error:
            left_out[listed.name] = (
                error.reason if isinstance(error, AudioError) else f"cannot be read: {error.strerror}"
            )
            continue
        twin = good.setdefault(track.sha256, track)
        if twin is not track:
            other = "" if twin.genre == track.genre else f", which is filed under {twin.genre}"
            left_out[listed.name] = f"is the same file as {twin.name}{other}"
    return Prepared(tuple(good.values()), left_out)


def _examined(listed: Listed, split: str) -> Track:
    content = listed.path.read_bytes()
    seconds = decode(content, Limits()).duration
    return Track(
        name=listed.name,
        genre=listed.genre,
        audio=listed.path,
        group=listed.group,
        kind="whole" if seconds >= WHOLE_SECONDS else "excerpt",
        sha256=hashlib.sha256(content).hexdigest(),
        has_taggram=False,
        seconds=seconds,
        split=split,
    )


def _gtzan(inputs: Mapping[str, Path], folder: Path, params: PrepareParams) -> Prepared:
    if "data" not in inputs and not params.url:
        reason = "needs your own copy of the data set, or the address and SHA-256 of an archive that you may use"
        raise SettingsError(BAD_SETTING, "gtzan", reason)
    archive = folder / "archive"
    source = inputs["data"] if "data" in inputs else fetch(params.url, params.sha256, archive, _show_bytes)
    root = find_gtzan(source, folder / "unpacked")
    tracks, known = list_gtzan(root, groups=_list(inputs, "groups", "group"))
    found = examine(tracks, filtered_split())
    return Prepared(found.tracks, {**known, **found.left_out})


def _synth(folder: Path, params: SynthParams) -> Prepared:
    audio = folder / "audio"
    shutil.rmtree(audio, ignore_errors=True)
    synth.write(
        audio,
        genres=params.genres,
        tracks_per_genre=params.tracks_per_genre,
        seconds=params.seconds,
        seed=params.seed,
    )
    return examine(list_folder(audio), {})


def _copied(dataset: DataSet, folder: Path) -> Prepared:
    """A data set that has an index already: what lies beside that is copied, the sound files stay where they are."""
    for name in _BESIDE:
        shutil.rmtree(folder / name, ignore_errors=True)
        for path in sorted((dataset.root / name).glob("*")):
            (folder / name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name / path.name)
    return Prepared(dataset.tracks, {})


def _data(inputs: Mapping[str, Path]) -> Path:
    if "data" not in inputs:
        raise SettingsError(BAD_SETTING, "data", "is missing: name the folder of the music")
    return inputs["data"]


def _list(inputs: Mapping[str, Path], name: str, column: str) -> dict[str, str] | None:
    return read_pairs(inputs[name], column) if name in inputs else None


def _write_left_out(path: Path, left_out: Mapping[str, str]) -> None:
    rows: Sequence[tuple[str, str]] = [("name", "reason"), *sorted(left_out.items())]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _show_bytes(come: int, total: int) -> None:
    if sys.stderr.isatty():
        share = f" of {total / 2**20:.0f}" if total else ""
        print(f"\rfetched {come / 2**20:.0f}{share} MiB", end="", file=sys.stderr)  # noqa: T201 - progress


def main() -> None:
    """Run the stage: the music is where ``GENREKIT_DATA`` says, with ``groups.csv`` and ``corrections.csv`` in it."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    root = os.environ.get("GENREKIT_DATA")
    inputs = {"data": Path(root)} if root else {}
    inputs |= {name: path for name, path in _lists(inputs) if path.is_file()}
    params, folder = read_settings(Path(PARAMS_NAME)).prepare, Layout().data
    write_folds(folder, run(inputs, {"data": folder}, params).tracks, params.folds)


def _lists(inputs: Mapping[str, Path]) -> list[tuple[str, Path]]:
    return [(name, root / f"{name}.csv") for root in inputs.values() for name in ("groups", "corrections")]


if __name__ == "__main__":
    run_stage(main)
