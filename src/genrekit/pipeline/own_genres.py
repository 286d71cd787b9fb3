"""From anyone's folder of music to an artifact that predicts its genres, in one go.

The same parts as the stages have: the shipped backbone, a head on it, predictions of tracks by heads that never saw
them nor anything else of their group, a temperature learnt on those alone. What a stage would keep in files goes from
hand to hand; only what costs time is kept, in a folder that may be removed.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from genrekit import __version__
from genrekit.artifact import (
    PROTOCOL,
    SHIPPED,
    Calibration,
    EmbeddingSettings,
    Manifest,
    MemberEntry,
    ViewSettings,
    read_artifact,
    write_artifact,
)
from genrekit.pipeline.combination import crossed, fit_combination
from genrekit.pipeline.datasets.faults import Doubt, find_doubts, find_repetitions
from genrekit.pipeline.datasets.folder import GroupSource
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.datasets.music import Music
from genrekit.pipeline.hearing import HearingParams, Store
from genrekit.pipeline.layout import BACKBONE, NOTICE
from genrekit.pipeline.out_of_fold import OutOfFold
from genrekit.pipeline.own_data import (
    TRAINING_NAME,
    Watcher,
    check_enough,
    hear_music,
    make_dataset,
    make_training_data,
)
from genrekit.pipeline.scorecard import score
from genrekit.pipeline.settings import CLIP_SECONDS, HOP_FRAMES, LEVEL_DBFS, PATCH_FRAMES, HeadParams, MusicnnParams
from genrekit.pipeline.train import cross_validate
from genrekit.pipeline.trainers import head_trainer
from genrekit.steps.embeddings import SAMPLE_RATE
from genrekit.values import FloatArray

HEAD: Final = MusicnnParams(head=HeadParams())
MEMBER: Final = "musicnn"
REPORT_NAME: Final = "report.json"
_KEPT: Final = 0.8
_PROTOCOL_TEXT: Final = "out of fold; no group straddles a fold; calibration learnt on the other folds"


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of it.

    Attributes:
        artifact_id: of the artifact that was written.
        report: figures, as in the artifact's ``report.json``.
        left_out: why tracks were left out, by path from the music's folder.
        doubts: tracks that do not sound like their genre, the least credible first, by path.
        repetitions: pairs of paths that are one recording.
        sources: how many tracks have their group from where.
    """

    artifact_id: str
    report: Mapping[str, Any]
    left_out: Mapping[str, str]
    doubts: Sequence[tuple[str, str, str, float]]
    repetitions: Sequence[tuple[str, str]]
    sources: Mapping[GroupSource, int]


def learn(music: Music, out: Path, work: Path, jobs: int, watcher: Watcher) -> Learnt:
    """Train on a folder of music and write an artifact.

    Args:
        music: as found.
        out: folder of the artifact; one already there is replaced, and only by a whole one.
        work: folder of what was heard; a run that was cut off goes on from there.
        jobs: worker processes.
        watcher: is told how far it is.

    Raises:
        DatasetError: too little is left to learn from.
        ArtifactError: the artifact would be refused by who reads it.
        OSError: the work folder or the artifact cannot be written; no artifact is left that was not there before.
    """
    shipped = read_artifact(SHIPPED).files
    kept, left_out = hear_music(
        music, Store(work / "heard", shipped[BACKBONE], HearingParams()), shipped[BACKBONE], jobs, watcher
    )
    check_enough(kept)
    pairs = find_repetitions([track.heard.clean for track in kept])
    dataset = make_dataset(music.root, kept, pairs)
    data = make_training_data(dataset.tracks, [track.heard for track in kept])
    trainer = head_trainer(shipped[BACKBONE], HEAD)
    watcher.begin("testing", sum(len(set(folds.values())) for folds in dataset.folds.values()))
    predictions = cross_validate(data, dataset, {MEMBER: trainer}, _Told(watcher))
    proba = crossed(predictions, [MEMBER])
    threshold = float(np.floor(np.quantile(proba.max(axis=2), 1 - _KEPT) * 100) / 100)
    report = {
        "command": "genrekit train",
        "protocol": _PROTOCOL_TEXT,
        "groups_known": sum(track.listed.source is not GroupSource.UNKNOWN for track in kept),
        **score(proba, predictions.truth, predictions.groups, predictions.genres, threshold),
    }
    watcher.begin("learning from all", 1)
    head = trainer(data, np.ones(len(kept), bool)).export()
    files = {
        BACKBONE: shipped[BACKBONE],
        NOTICE: shipped[NOTICE],
        f"{MEMBER}.onnx": head,
        REPORT_NAME: (json.dumps(report, indent=1) + "\n").encode(),
        TRAINING_NAME: _training_list(dataset.tracks),
    }
    artifact_id = write_artifact(out, _manifest(predictions, report), files)
    watcher.advance(out.name)
    paths = [track.listed.path.relative_to(music.root).as_posix() for track in kept]
    return Learnt(
        artifact_id=artifact_id,
        report=report,
        left_out=left_out,
        doubts=_told_doubts(find_doubts(proba.mean(axis=0), predictions.truth), paths, predictions.genres),
        repetitions=[(paths[pair.first], paths[pair.second]) for pair in pairs],
        sources=Counter(track.listed.source for track in kept),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Remembers nothing, but tells that a fold is done."""

    watcher: Watcher

    def recall(self, name: str) -> FloatArray | None:  # noqa: ARG002 - the protocol's
        return None

    def keep(self, name: str, values: FloatArray) -> None:  # noqa: ARG002 - the protocol's
        self.watcher.advance(name)


def _manifest(predictions: OutOfFold, report: Mapping[str, Any]) -> Manifest:
    rows = np.concatenate(predictions.log_proba[MEMBER])[None]
    fitted = fit_combination(rows, np.tile(predictions.truth, len(predictions.shuffles)))
    headline = ("tracks", "accuracy", "interval", "balanced", "calibration_error")
    return Manifest(
        protocol=PROTOCOL,
        genres=predictions.genres,
        views=ViewSettings(
            level_dbfs=LEVEL_DBFS,
            embedding=EmbeddingSettings(BACKBONE, SAMPLE_RATE, PATCH_FRAMES, HOP_FRAMES),
            tabular=None,
        ),
        members=(MemberEntry(MEMBER, "embedding", f"{MEMBER}.onnx", 1.0),),
        calibration=Calibration(fitted.sharpness, fitted.floor),
        clip_seconds=CLIP_SECONDS,
        unsure_below=report["sure"]["threshold"],
        files={},
        feature_summary=None,
        metrics={"all": {key: report[key] for key in headline}},
        provenance={"genrekit": __version__, **{name: version(name) for name in ("clipfeat", "numpy", "scipy")}},
    )


def _training_list(tracks: Sequence[Track]) -> bytes:
    text = StringIO()
    rows = sorted((track.sha256, track.group, track.genre) for track in tracks)
    csv.writer(text, lineterminator="\n").writerows([("sha256", "group", "genre"), *rows])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _told_doubts(
    doubts: Sequence[Doubt], paths: Sequence[str], genres: Sequence[str]
) -> list[tuple[str, str, str, float]]:
    """Path, what it is filed under, what it sounds like, and how probable that is."""
    return [(paths[one.place], genres[one.filed], genres[one.sounds], one.probability) for one in doubts]
