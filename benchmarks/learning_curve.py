"""How accurate a head on the shipped backbone is, by the number of tracks and artists that it learns from.

Out of fold over all tracks with a recording, artists whole: of each fold's training tracks only so many are used, taken
artist by artist. Once with the genres' names, of which the nets may know the word, and once with names that nobody
knows, as one's own genres may have. The heads are those of `genrekit train`: recordings and two augmented copies alone.

    GENREKIT_DATA=... python benchmarks/learning_curve.py

Needs ``work/features``, which `genrekit.pipeline.featurize` wrote.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from genrekit.artifact import read_artifact
from genrekit.pipeline.datasets.index import Track, data_root, read_dataset
from genrekit.pipeline.metrics import group_interval
from genrekit.pipeline.own_genres import HEAD
from genrekit.pipeline.trainers import head_trainer
from genrekit.pipeline.training_data import TrackRows, TrainingData

ROOT = Path(__file__).parents[1]
FEATURES = ROOT / "work" / "features"
RESULT = ROOT / "benchmarks" / "results" / "learning_curve.json"
SIZES = (20, 40, 80, 160, 320)
COPIES = (0, 4)  # of the cached seven the first strong and the first weak one
BACKBONE = read_artifact().files["backbone.onnx"]


def load(tracks: tuple[Track, ...], genres: tuple[str, ...]) -> TrainingData:
    clean, copies, places = [], [], {"clean": [], "copies": []}
    for place, track in enumerate(tracks):
        with np.load(FEATURES / "clean" / f"{track.name}.npz") as file:
            clean.append(file["embedding"])
        with np.load(FEATURES / "copies" / f"{track.name}.npz") as file:
            copies.append(file["embedding"][np.isin(file["copy"], COPIES)])
        places["clean"].append(np.full(len(clean[-1]), place))
        places["copies"].append(np.full(len(copies[-1]), place))
    none = np.zeros(0, np.int64)
    names = sorted({track.genre for track in tracks})
    return TrainingData(
        tracks=tracks,
        genres=genres,
        genre=np.array([names.index(track.genre) for track in tracks]),
        clean=TrackRows(np.concatenate(places["clean"]), np.concatenate(clean)),
        clean_tags=TrackRows(none, np.zeros((0, 50), np.float32)),
        copies=TrackRows(np.concatenate(places["copies"]), np.concatenate(copies)),
        taggrams=TrackRows(none, np.zeros((0, 50), np.float32)),
        clips=TrackRows(none, np.zeros((0, 57), np.float32)),
        table=TrackRows(none, np.zeros((0, 57), np.float32)),
    )


def some(data: TrainingData, inside: np.ndarray, size: int, seed: int) -> np.ndarray:
    """About so many of the tracks inside: whole artists in random order, two or more of each genre first."""
    rng = np.random.default_rng(seed)
    by_genre = [
        list(rng.permutation(sorted({data.tracks[p].group for p in np.flatnonzero(inside & (data.genre == g))})))
        for g in range(len(data.genres))
    ]
    groups = np.array([track.group for track in data.tracks])
    kept = np.zeros(len(groups), bool)
    while any(by_genre) and kept.sum() < size:
        for left in by_genre:
            if left and kept.sum() < size:
                kept |= inside & (groups == left.pop())
    return kept


def measure(data: TrainingData, folds: list[dict[str, int]], size: int) -> dict[str, object]:
    train = head_trainer(BACKBONE, HEAD)
    hits, used, artists = np.zeros((len(folds), len(data.tracks))), [], []
    for shuffle, fold_of in enumerate(folds):
        fold = np.array([fold_of[track.name] for track in data.tracks])
        for number in np.unique(fold):
            kept = some(data, fold != number, size, seed=int(100 * shuffle + number))
            used.append(int(kept.sum()))
            artists.append(len({data.tracks[place].group for place in np.flatnonzero(kept)}))
            held_out = data.clean.of(fold == number)
            log_proba = train(data, kept).log_proba(held_out.values)
            for place in np.unique(held_out.track):
                mean = log_proba[held_out.track == place].mean(axis=0)
                hits[shuffle, place] = mean.argmax() == data.genre[place]
    rows = hits.mean(axis=0)
    whole = np.array([track.kind == "whole" for track in data.tracks])
    return {
        "tracks": round(float(np.mean(used))),
        "artists": round(float(np.mean(artists))),
        "accuracy": float(rows.mean()),
        "interval": list(group_interval(rows, [track.group for track in data.tracks])),
        "whole": float(rows[whole].mean()),
        "excerpt": float(rows[~whole].mean()),
    }


def curves() -> Iterator[tuple[str, list[dict[str, object]]]]:
    dataset = read_dataset(data_root())
    folds = list(dataset.folds.values())
    strange = tuple(f"style {number}" for number in range(len(dataset.genres)))
    for name, genres in (("known", dataset.genres), ("own", strange)):
        data = load(dataset.with_audio, genres)
        points = []
        for size in SIZES:
            points.append(measure(data, folds, size))
            print(name, points[-1], file=sys.stderr)
        yield name, points


def main() -> None:
    dataset = read_dataset(data_root())
    result = {
        "command": "python benchmarks/learning_curve.py",
        "tested_on": len(dataset.with_audio),
        "genres": len(dataset.genres),
        "folds": [f"{name}: {len(set(fold.values()))}" for name, fold in dataset.folds.items()],
        **dict(curves()),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
