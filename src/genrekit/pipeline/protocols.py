"""Stage: the same members by four ways of asking how good they are, side by side, to ``protocols.json``.

    python -m genrekit.pipeline.protocols

========================  =====================================================================================
artist-grouped folds      no artist on both sides: what to expect of music by somebody else. The headline.
published split           train and validation part of the fault-filtered split, of the tracks at hand
random tracks             folds that know no artists: a track may be scored by a member that knows its album
random segments           folds over clips: nearly every clip is scored by a member that has heard other clips of
                          the very same track. The original's protocol; no measure of anything, shown for scale
========================  =====================================================================================
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.datasets.index import DataSet, read_dataset
from genrekit.pipeline.files import write_json
from genrekit.pipeline.layout import BACKBONE, REPORTS, Layout
from genrekit.pipeline.metrics import group_interval
from genrekit.pipeline.out_of_fold import OutOfFold, load_out_of_fold
from genrekit.pipeline.paired import compare
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.scoring import LEARNT_FROM, score_rows, track_means
from genrekit.pipeline.settings import TrainParams
from genrekit.pipeline.stage import run_stage
from genrekit.pipeline.trainers import Trainer, trainers_of, view_rows
from genrekit.pipeline.training_data import TrackRows, TrainingData, load_training_data

COMMAND: Final = "python -m genrekit.pipeline.protocols"
_FOLDS: Final = 5
_SEED: Final = 0

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the stage reads.

    Attributes:
        data: folder of the data set.
        features: folder of its parts.
        backbone: file of the pretrained nets' graph.
        predictions: file of the members' out-of-fold predictions, for the paired tests.
    """

    data: Path
    features: Path
    backbone: Path
    predictions: Path


@dataclass(frozen=True, slots=True, eq=False)
class Protocol:
    """One way of asking.

    Attributes:
        name: in the table.
        note: what it means.
        data: what members learn from; segments pass for tracks where the protocol takes them for independent.
        folds: int (n_shuffles, n_tracks of `data`).
        origin: int (n_tracks of `data`), place of the track of the data set that each really belongs to.
    """

    name: str
    note: str
    data: TrainingData
    folds: IntArray
    origin: IntArray


def protocols_of(dataset: DataSet, data: TrainingData) -> list[Protocol]:
    """All ways that the data set allows."""
    itself = np.arange(len(data.tracks))
    grouped = np.array([[fold[track.name] for track in data.tracks] for fold in dataset.folds.values()])
    found = [
        Protocol("artist-grouped folds", "no artist on both sides; the headline", data, grouped, itself),
        Protocol("random tracks", "artists on both sides", data, random_folds(data.genre)[None], itself),
    ]
    split = np.array([0 if track.split == "valid" else LEARNT_FROM for track in data.tracks])
    if (split == 0).any():
        kept = [track for track in data.tracks if track.split != "test"]
        note = f"{len(kept)} tracks of train and validation, those with sound scored; its test part is not at hand"
        found.insert(1, Protocol("published split, validation part", note, data, split[None], itself))
    cut, origin = as_segments(data)
    note = "clips of one track on both sides; the original's protocol, no measure of anything"
    found.append(Protocol("random segments (leaky)", note, cut, random_folds(cut.genre)[None], origin))
    return found


def random_folds(genre: IntArray) -> IntArray:
    """Folds int (n,), as even as can be within each genre, otherwise by chance."""
    rng = np.random.default_rng(_SEED)
    folds = np.zeros(len(genre), np.int64)
    for each in np.unique(genre):
        places = rng.permutation(np.flatnonzero(genre == each))
        folds[places] = np.arange(len(places)) % _FOLDS
    return folds


def as_segments(data: TrainingData) -> tuple[TrainingData, IntArray]:
    """The data set as one takes it who splits segments: every clip passes for a track of its own.

    Each copy goes with some clip of its track; published rows pass for tracks too.

    Returns:
        The data set, and the place of the true track of each of its tracks.
    """
    parts = [data.clean, data.taggrams, data.clips, data.table]
    origin = np.concatenate([rows.track for rows in parts])
    begins = np.cumsum([0, *(len(rows.track) for rows in parts)])
    clean, taggrams, clips, table = (
        TrackRows(np.arange(begin, begin + len(rows.track)), rows.values)
        for begin, rows in zip(begins, parts, strict=False)
    )
    rng = np.random.default_rng(_SEED)
    home = [rng.choice(np.flatnonzero(data.clean.track == track)) for track in data.copies.track]
    home_of = np.array(home, dtype=np.int64)
    order = np.argsort(home_of, kind="stable")
    cut = replace(
        data,
        tracks=tuple(data.tracks[place] for place in origin),
        genre=data.genre[origin],
        clean=clean,
        clean_tags=TrackRows(clean.track, data.clean_tags.values),
        copies=TrackRows(home_of[order], data.copies.values[order]),
        taggrams=taggrams,
        clips=clips,
        table=table,
    )
    return cut, origin


def measure(protocol: Protocol, member: str, train: Trainer) -> dict[str, Any]:
    """Accuracy of a member by clip and by track, with intervals drawn over artists."""
    rows = view_rows(protocol.data, member)
    (scores,) = score_rows(protocol.data, protocol.folds, train, [rows])
    origin = protocol.origin[rows.track]
    scored = ~np.isnan(scores).any(axis=(0, 2))
    # A track's genre and artist are those of any of its segments.
    first = {place: index for index, place in reversed(list(enumerate(protocol.origin.tolist())))}
    tracks, means = track_means(origin, scores)
    return {
        "clip": _figures(protocol.data, rows.track[scored], scores[:, scored]),
        "track": _figures(protocol.data, np.array([first[place] for place in tracks.tolist()]), means),
    }


def _figures(data: TrainingData, place: IntArray, scores: NDArray[np.floating]) -> dict[str, Any]:
    hits = np.mean(scores.argmax(axis=2) == data.genre[place], axis=0)
    groups = [data.tracks[index].group for index in place.tolist()]
    return {
        "scored": len(place),
        "artists": len(set(groups)),
        "accuracy": float(hits.mean()),
        "interval": list(group_interval(hits, groups)),
    }


def paired_tests(predictions: OutOfFold) -> list[dict[str, Any]]:
    """Every member against every later one, on the same tracks out of fold."""
    hits = {
        member: (scores.argmax(axis=2) == predictions.truth).astype(np.float64)
        for member, scores in predictions.log_proba.items()
    }
    members = list(hits)
    return [
        {"first": one, "second": other, **asdict(compare(hits[one], hits[other], predictions.groups))}
        for index, one in enumerate(members)
        for other in members[index + 1 :]
    ]


def run(inputs: Inputs, out: Path, params: TrainParams) -> None:
    """Measure every member by every protocol.

    Raises:
        DatasetError: data set or features are missing or do not fit.
    """
    dataset = read_dataset(inputs.data)
    data = load_training_data(dataset, inputs.features)
    trainers = trainers_of(params, inputs.backbone.read_bytes())
    write_json(
        out,
        {
            "command": COMMAND,
            "protocols": [_row(protocol, trainers) for protocol in protocols_of(dataset, data)],
            "pairs": paired_tests(load_out_of_fold(inputs.predictions)),
        },
    )


def _row(protocol: Protocol, trainers: Mapping[str, Trainer]) -> dict[str, Any]:
    return {
        "name": protocol.name,
        "note": protocol.note,
        "shuffles": len(protocol.folds),
        "members": {name: measure(protocol, name, train) for name, train in trainers.items()},
    }


def main() -> None:
    """Run the stage."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    layout = Layout()
    run(
        Inputs(layout.data, layout.features, layout.backbone / BACKBONE, layout.out_of_fold),
        REPORTS / "protocols.json",
        read_settings(Path(PARAMS_NAME)).train,
    )


if __name__ == "__main__":
    run_stage(main)
