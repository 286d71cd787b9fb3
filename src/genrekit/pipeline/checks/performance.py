"""How good the answers are, against simple baselines, and where they are worst."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from genrekit.pipeline import metrics
from genrekit.pipeline.checks.check import Check, Limit, Table, at_least, reported
from genrekit.pipeline.combination import crossed
from genrekit.pipeline.out_of_fold import OutOfFold
from genrekit.pipeline.paired import compare
from genrekit.pipeline.scoring import score_rows, track_means
from genrekit.pipeline.trainers import Trained
from genrekit.pipeline.training_data import TrainingData

SUBJECT: Final = "performance"
ACCURACY: Final = Limit(gate=0.79, wanted=0.82)
ACCURACY_BY_KIND: Final = {"whole": Limit(0.82, 0.86), "excerpt": Limit(0.73, 0.77)}
WORST_F1: Final = Limit(gate=0.45, wanted=0.60)
OVER_BASELINE: Final = Limit(gate=0.20, wanted=0.30)
_WEAK: Final = 0.10
_FEWEST: Final = 20

Float = NDArray[np.float64]
Slices = dict[str, NDArray[np.bool_]]


def check_performance(predictions: OutOfFold, shipped: list[str], data: TrainingData, levels: Float) -> list[Check]:
    """Accuracy, the worst genre, baselines, members against the whole, weak spots.

    Args:
        predictions: of all members.
        shipped: names of the members that have a weight in the artifact.
        data: what baselines learn from.
        levels: float (n_tracks of `predictions`,), of the recordings [dB re full scale].
    """
    proba = crossed(predictions, shipped)
    hits = np.mean(proba.argmax(axis=2) == predictions.truth, axis=0)
    return [
        *_accuracies(predictions, hits),
        _worst_genre(predictions, proba),
        _against_baselines(predictions, data, hits),
        _members(predictions),
        weak_spots(hits, slices_of(predictions, levels)),
    ]


def _accuracies(predictions: OutOfFold, hits: Float) -> Iterable[Check]:
    kinds = np.array(predictions.kinds)
    masks = [("all", ACCURACY, np.ones(len(hits), bool))]
    masks += [(kind, limit, kinds == kind) for kind, limit in ACCURACY_BY_KIND.items() if (kinds == kind).any()]
    for name, limit, inside in masks:
        groups = [group for group, kept in zip(predictions.groups, inside, strict=True) if kept]
        low, high = metrics.group_interval(hits[inside], groups)
        note = (
            f"What ships, out of fold, no artist on both sides, {inside.sum()} tracks; 95 %: {low:.3f} to {high:.3f}."
        )
        yield at_least(SUBJECT, f"accuracy, {name}", float(hits[inside].mean()), limit, note)


def _worst_genre(predictions: OutOfFold, proba: Float) -> Check:
    f1 = np.mean([metrics.f1_by_genre(shuffle, predictions.truth) for shuffle in proba], axis=0)
    rows = tuple((genre, f"{value:.2f}") for genre, value in zip(predictions.genres, f1, strict=True))
    return at_least(
        SUBJECT, "F1 of the worst genre", float(f1.min()), WORST_F1, "By genre:", Table(("genre", "F1"), rows)
    )


def _against_baselines(predictions: OutOfFold, data: TrainingData, hits: Float) -> Check:
    """Always the commonest genre, and Gaussian naive Bayes on the 57 features, on the same folds."""
    baselines = {"the commonest genre": _majority(predictions), "naive Bayes": _naive_bayes(predictions, data)}
    rows = tuple((name, f"{value:.3f}") for name, value in [*baselines.items(), ("what ships", float(hits.mean()))])
    gain = float(hits.mean()) - max(baselines.values())
    return at_least(
        SUBJECT,
        "gain over the best simple baseline",
        gain,
        OVER_BASELINE,
        "Accuracy on the same tracks and folds.",
        Table(("answer", "accuracy"), rows),
    )


def _majority(predictions: OutOfFold) -> float:
    shares = []
    for folds in predictions.folds:
        for fold in np.unique(folds):
            inside = folds == fold
            common = np.bincount(predictions.truth[~inside]).argmax()
            shares.append(np.sum(predictions.truth[inside] == common))
    return float(np.sum(shares) / predictions.folds.size)


def _naive_bayes(predictions: OutOfFold, data: TrainingData) -> float:
    places = {track.name: place for place, track in enumerate(data.tracks)}
    folds = np.full((len(predictions.folds), len(data.tracks)), -1)
    folds[:, [places[name] for name in predictions.names]] = predictions.folds
    (scores,) = score_rows(data, folds, train_naive_bayes, [data.clips])
    track, means = track_means(data.clips.track, scores)
    return float(np.mean(means.argmax(axis=2) == data.genre[track]))


def train_naive_bayes(data: TrainingData, inside: NDArray[np.bool_]) -> Trained:
    """Gaussian naive Bayes on the standardised classic features of clips."""
    rows = data.clips.of(inside)
    scaler = StandardScaler().fit(rows.values)
    model = GaussianNB().fit(scaler.transform(rows.values), data.genre[rows.track])
    n_genres = len(data.genres)

    def log_proba(values: NDArray[np.float32]) -> NDArray[np.float32]:
        out = np.full((len(values), n_genres), -1e3, np.float32)
        out[:, model.classes_] = np.maximum(model.predict_log_proba(scaler.transform(values)), -1e3)
        return out

    return Trained(log_proba, lambda: b"")


def _members(predictions: OutOfFold) -> Check:
    hits = {
        name: (scores.argmax(axis=2) == predictions.truth).astype(np.float64)
        for name, scores in predictions.log_proba.items()
    }
    together = (crossed(predictions, list(hits)).argmax(axis=2) == predictions.truth).astype(np.float64)
    best = max(hits, key=lambda name: float(hits[name].mean()))
    result = compare(together, hits[best], predictions.groups)
    says = "beats" if result.interval[0] > 0 else "does not beat"
    note = (
        f"Accuracy of all members, weights learnt fold by fold, less that of {best} alone; 95 %: "
        f"{result.interval[0]:+.3f} to {result.interval[1]:+.3f}. The ensemble {says} its best member beyond chance."
    )
    rows = tuple((name, f"{each.mean():.4f}") for name, each in [*hits.items(), ("all together", together)])
    return reported(
        SUBJECT, "ensemble against its best member", result.difference, note, Table(("who", "accuracy"), rows)
    )


def slices_of(predictions: OutOfFold, levels: Float) -> Slices:
    """The tracks by genre, by kind, and by thirds of their level."""
    kinds = np.array(predictions.kinds)
    low, high = np.quantile(levels, [1 / 3, 2 / 3])
    return {
        **{f"genre {genre}": predictions.truth == index for index, genre in enumerate(predictions.genres)},
        **{f"kind {kind}": kinds == kind for kind in sorted(set(predictions.kinds))},
        "quietest third": levels <= low,
        "middle third of levels": (levels > low) & (levels <= high),
        "loudest third": levels > high,
    }


def weak_spots(hits: Float, slices: Slices) -> Check:
    """Slices that do clearly worse than all tracks together; told, not gated: they are what the cards warn of."""
    found = sorted(
        (float(hits[inside].mean()), name, int(inside.sum())) for name, inside in slices.items() if inside.any()
    )
    weak = [row for row in found if row[0] < hits.mean() - _WEAK and row[2] >= _FEWEST]
    rows = tuple(
        (name, str(count), f"{share:.3f}", "weak" if (share, name, count) in weak else "")
        for share, name, count in found
    )
    note = f"Slices of at least {_FEWEST} tracks that lie {100 * _WEAK:.0f} points or more below the whole."
    return reported(SUBJECT, "weak spots", float(len(weak)), note, Table(("slice", "tracks", "accuracy", ""), rows))
