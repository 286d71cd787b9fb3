"""Stage: how far answers hold when sound is changed, out of fold, to ``robustness.json``.

    python -m genrekit.pipeline.robustness

Reads what `genrekit.pipeline.perturb` heard. Every track is scored by heads that saw neither it nor its artist; the
untouched recording is scored by the same heads. A change that was not, or not wholly, computed is listed as such.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genrekit.errors import DATASET_MISSING, DatasetError
from genrekit.pipeline.combination import FittedCombination, combine, fit_combination
from genrekit.pipeline.datasets.index import read_dataset
from genrekit.pipeline.feature_store import load_rows
from genrekit.pipeline.files import write_json
from genrekit.pipeline.layout import BACKBONE, REPORTS, Layout
from genrekit.pipeline.metrics import group_interval
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.perturb import tracks_of
from genrekit.pipeline.perturbations.catalogue import CATALOGUE, LONG, MIDDLE, REFERENCE, SHORT, Perturbation
from genrekit.pipeline.scoring import score_rows, track_means
from genrekit.pipeline.settings import MusicnnParams
from genrekit.pipeline.stage import run_stage
from genrekit.pipeline.trainers import Trainer, trainer_of
from genrekit.pipeline.training_data import TrackRows, TrainingData, load_training_data

COMMAND: Final = "python -m genrekit.pipeline.robustness"
WANTED_UNSEEN: Final = 0.65

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the stage reads.

    Attributes:
        data: folder of the data set.
        features: folder of its parts.
        perturbed: folder of the perturbations.
        backbone: file of the pretrained nets' graph.
    """

    data: Path
    features: Path
    perturbed: Path
    backbone: Path


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the heads say of some tracks.

    Attributes:
        track: int (n_tracks,), places, ascending.
        hits: float (n_tracks,), share of the shuffles in which the answer is right.
        top: float (n_tracks,), calibrated probability of the answer, a mean over shuffles.
    """

    track: NDArray[np.int64]
    hits: Float
    top: Float


def answer_all(
    data: TrainingData, folds: NDArray[np.int64], train: Trainer, rows: Mapping[str, TrackRows]
) -> dict[str, Answers]:
    """What heads say of each set of rows; the sharpness is learnt from the rows of recordings as they are.

    Args:
        data: what heads learn from.
        folds: int (n_shuffles, n_tracks).
        train: the head.
        rows: by name, of the embedding view.
    """
    scores = score_rows(data, folds, train, [data.clean, *rows.values()])
    named = dict(zip([LONG, *rows], [data.clean, *rows.values()], strict=True))
    means = {name: track_means(named[name].track, each) for name, each in zip(named, scores, strict=True)}
    track, clean = means[LONG]
    pooled = np.concatenate(clean).astype(np.float32)[None]
    fitted = fit_combination(pooled, np.tile(data.genre[track], len(folds)))
    return {name: _answers(data, places, each, fitted) for name, (places, each) in means.items()}


def _answers(data: TrainingData, track: NDArray[np.int64], means: Float, fitted: FittedCombination) -> Answers:
    proba = np.stack([combine(shuffle[None].astype(np.float32), fitted) for shuffle in means])
    hits = np.mean(proba.argmax(axis=2) == data.genre[track], axis=0)
    return Answers(track, hits, proba.max(axis=2).mean(axis=0))


def compare(data: TrainingData, perturbation: Perturbation, changed: Answers, untouched: Answers) -> dict[str, Any]:
    """Figures of one change, and of the same tracks without it."""
    same = np.searchsorted(untouched.track, changed.track)
    loss = untouched.hits[same] - changed.hits
    groups = [data.tracks[place].group for place in changed.track.tolist()]
    row = {
        "name": perturbation.name,
        "family": perturbation.family,
        "amount": perturbation.amount,
        "unit": perturbation.unit,
        "scope": perturbation.scope,
        "tracks": len(changed.track),
        "accuracy": float(changed.hits.mean()),
        "untouched": float(untouched.hits[same].mean()),
        "loss": float(loss.mean()),
        "loss_interval": list(group_interval(loss, groups)),
        "confidence": float(changed.top.mean()),
        "confidence_untouched": float(untouched.top[same].mean()),
    }
    return row if perturbation.allowed is None else {**row, "allowed_loss": perturbation.allowed}


def run(inputs: Inputs, out: Path, params: MusicnnParams) -> None:
    """Score all changes that were computed.

    Raises:
        DatasetError: nothing was computed, or the untouched recordings were not.
    """
    dataset = read_dataset(inputs.data)
    data = load_training_data(dataset, inputs.features)
    rows = _perturbed_rows(inputs.perturbed, data)
    if REFERENCE.name not in rows:
        raise DatasetError(DATASET_MISSING, str(inputs.perturbed), "lacks the untouched ten seconds; run perturb first")
    folds = np.array([[fold[track.name] for track in data.tracks] for fold in dataset.folds.values()])
    answers = answer_all(data, folds, trainer_of(params, inputs.backbone.read_bytes()), rows)
    untouched = {LONG: answers[LONG]} | dict.fromkeys([MIDDLE, SHORT], answers[REFERENCE.name])
    measured = [each for each in CATALOGUE if each.name in rows and each != REFERENCE]
    figures = [compare(data, each, answers[each.name], untouched[each.scope]) for each in measured]
    write_json(out, _report(figures, [each.name for each in CATALOGUE if each.name not in rows]))


def _perturbed_rows(folder: Path, data: TrainingData) -> dict[str, TrackRows]:
    places = {track.name: place for place, track in enumerate(data.tracks)}
    rows = {}
    for each in CATALOGUE:
        names = [track.name for track in tracks_of(each.scope, data.tracks)]
        if names and all((folder / each.name / f"{name}.npz").exists() for name in names):
            found = load_rows(folder / each.name, names)
            place = np.array([places[name] for name in names])
            rows[each.name] = TrackRows(place[found.track], found.values["embedding"])
    return rows


def _report(figures: list[dict[str, Any]], missing: list[str]) -> dict[str, Any]:
    unseen = [row["accuracy"] for row in figures if row["family"] == "unseen"]
    return {
        "command": COMMAND,
        "protocol": "heads of the artist-grouped folds, mean over shuffles; the member musicnn",
        "scopes": {
            LONG: "whole tracks, all 30 s",
            MIDDLE: "whole tracks, ten seconds from the tenth on, every second patch",
            SHORT: "all tracks, whole ones as above, excerpts as they are",
        },
        "unseen_mean": float(np.mean(unseen)) if unseen else None,
        "unseen_wanted": WANTED_UNSEEN,
        "rows": figures,
        "not_measured": missing,
    }


def main() -> None:
    """Run the stage."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    layout = Layout()
    run(
        Inputs(layout.data, layout.features, layout.perturbed, layout.backbone / BACKBONE),
        REPORTS / "robustness.json",
        read_settings(Path(PARAMS_NAME)).train.musicnn,
    )


if __name__ == "__main__":
    run_stage(main)
