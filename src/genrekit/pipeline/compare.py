"""Stage: other models by the protocol that is honest and by the one that is not, side by side, to one file.

    python -m genrekit.pipeline.compare --out reports/comparison.json [--models svc knn ...]

Every model learns from and answers for the same 3-s segments. *Artist-grouped*: no artist on both sides, by segment
and by track. *Random segments*, the protocol of the project that this one follows: a third of all segments is drawn at
random and nearly every one of them has sisters of the very same track on the other side; it measures how well a
track is recognised again, and stands here only so that figures published by it can be read. Models that are not asked
for keep the figures that the file has of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from genrekit.pipeline.datasets.index import DataSet, Track, data_root, read_dataset
from genrekit.pipeline.feature_store import compute_part, load_rows
from genrekit.pipeline.featurize import featurize_tabular
from genrekit.pipeline.files import write_json
from genrekit.pipeline.members.comparison import MODELS, log_scores, make_model
from genrekit.pipeline.metrics import group_interval
from genrekit.pipeline.settings import LEVEL_DBFS, TABULAR

COMMAND: Final = "python -m genrekit.pipeline.compare --out reports/comparison.json"
SEGMENT_SECONDS: Final = 3.0
DRAWS: Final = 5
_TESTED: Final = 0.33

PUBLISHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "gaussian_nb": "0.42",
        "knn": "0.25 to 0.28",
        "mlp": "0.09 to 0.11",
        "svc": "0.15 to 0.23",
        "decision_tree": "0.60",
        "adaboost": "0.40",
        "gradient_boosting": "0.82",
        "logistic_regression": "0.21 to 0.45",
        "random_forest": "0.85",
        "lstm": "0.78",
        "cnn": "0.67",
    }
)
"""Accuracies that the project that this one follows states, all by random segments, inputs of most not scaled."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]
Fit = Callable[[IntArray, IntArray], FloatArray]
"""Trains on some segments, int (n_train,), and scores others, int (n_test,): float (n_test, n_genres)."""


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """What is learnt from and scored.

    Attributes:
        track: int (n_segments,), place of each one's track.
        genre: int (n_tracks,).
        groups: of the tracks.
        folds: int (n_shuffles, n_tracks).
    """

    track: IntArray
    genre: IntArray
    groups: tuple[str, ...]
    folds: IntArray

    @property
    def truth(self) -> IntArray:
        """Genre of each segment."""
        return self.genre[self.track]


def segments_of(dataset: DataSet, tracks: Sequence[Track], track: IntArray, shuffles: Sequence[str]) -> Segments:
    """Segments of tracks, in these columns of folds."""
    return Segments(
        track=track,
        genre=np.array([dataset.genres.index(each.genre) for each in tracks]),
        groups=tuple(each.group for each in tracks),
        folds=np.array([[dataset.folds[shuffle][each.name] for each in tracks] for shuffle in shuffles]),
    )


def artist_grouped(fit: Fit, segments: Segments) -> dict[str, Any]:
    """Accuracy by segment and by track where no group is on both sides; the mean over the shuffles."""
    right = np.zeros(len(segments.track))
    right_tracks = np.zeros(len(segments.genre))
    for folds in segments.folds:
        scores = np.zeros((len(segments.track), segments.genre.max() + 1))
        for fold in np.unique(folds):
            outside = folds[segments.track] == fold
            scores[outside] = fit(np.flatnonzero(~outside), np.flatnonzero(outside))
        right += (scores.argmax(axis=1) == segments.truth) / len(segments.folds)
        tracks, sums = _track_sums(segments.track, scores)
        right_tracks[tracks] += (sums.argmax(axis=1) == segments.genre[tracks]) / len(segments.folds)
    heard = np.unique(segments.track)
    by_segment = [segments.groups[track] for track in segments.track]
    return {
        "segment": _figure(right, by_segment),
        "track": _figure(right_tracks[heard], [segments.groups[track] for track in heard]),
    }


def random_segments(fit: Fit, segments: Segments, draws: int) -> dict[str, Any]:
    """Accuracy by segment where a third of all segments is drawn at random: mean, lowest and highest of the draws."""
    rows = []
    for seed in range(draws):
        order = np.random.default_rng(seed).permutation(len(segments.track))
        tested, learnt = np.split(order, [round(_TESTED * len(order))])
        scores = fit(np.sort(learnt), np.sort(tested))
        rows.append(float(np.mean(scores.argmax(axis=1) == segments.truth[np.sort(tested)])))
    return {"segment": {"accuracy": float(np.mean(rows)), "range": [min(rows), max(rows)], "draws": draws}}


def _track_sums(track: IntArray, scores: NDArray[np.float64]) -> tuple[IntArray, NDArray[np.float64]]:
    tracks, place = np.unique(track, return_inverse=True)
    sums = np.zeros((len(tracks), scores.shape[1]))
    np.add.at(sums, place, scores)
    return tracks, sums


def _figure(right: NDArray[np.float64], groups: Sequence[str]) -> dict[str, Any]:
    return {"accuracy": float(right.mean()), "interval": list(group_interval(right, groups))}


def both_protocols(fit: Fit, segments: Segments, draws: int = DRAWS) -> dict[str, Any]:
    """A model's figures by both protocols."""
    return {"artist_grouped": artist_grouped(fit, segments), "random_segments": random_segments(fit, segments, draws)}


def fit_table(name: str, features: FloatArray, truth: IntArray) -> Fit:
    """What trains and scores one of the models on the table.

    Args:
        name: of the model.
        features: float32 (n_segments, 57).
        truth: int (n_segments,).
    """

    def fit(learnt: IntArray, tested: IntArray) -> FloatArray:
        model = make_model(name).fit(features[learnt], truth[learnt])
        return log_scores(model, features[tested])

    return fit


def merge(path: Path, models: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    """Write figures of models into a file; those of other models that it has are kept."""
    before = json.loads(path.read_text())["models"] if path.exists() else {}
    merged = {name: ({**before, **models})[name] for name in PUBLISHED if name in before or name in models}
    write_json(path, {**header, "published": dict(PUBLISHED), "models": merged})


def header(segments: Segments) -> dict[str, Any]:
    """What the figures are of."""
    return {
        "command": COMMAND,
        "segment_seconds": SEGMENT_SECONDS,
        "segments": len(segments.track),
        "tracks": len(np.unique(segments.track)),
        "shuffles": len(segments.folds),
    }


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="file of the figures")
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    options = parser.parse_args()
    dataset = read_dataset(data_root())
    tracks, folder = dataset.with_audio, options.work / "segments"
    recipe = {"clip_seconds": SEGMENT_SECONDS, "fingerprint": TABULAR.fingerprint, "level_dbfs": LEVEL_DBFS}
    compute_part(tracks, folder, partial(featurize_tabular, clip_seconds=SEGMENT_SECONDS), recipe)
    rows = load_rows(folder, [track.name for track in tracks])
    segments = segments_of(dataset, tracks, rows.track, list(dataset.folds))
    with threadpool_limits(1):
        for name in options.models:
            figures = both_protocols(fit_table(name, rows.values["values"], segments.truth), segments)
            merge(options.out, {name: figures}, header(segments))
            print(f"{name}: {figures['artist_grouped']['track']['accuracy']:.3f} by track", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
