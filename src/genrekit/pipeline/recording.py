"""What a training has to tell, as plain values: runs within a run, with parameters, figures, curves and files.

Put together from what the stages wrote, so that telling it changes no result, and a stage that was not run again
because nothing had changed is told of, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from genrekit.artifact import Artifact
from genrekit.pipeline.layout import HISTORY_NAME, MODEL_NAME, OUT_OF_FOLD_NAME, REPORTS, Layout
from genrekit.pipeline.settings import Settings

_FIGURES: Final = ("accuracy", "balanced", "log_loss", "calibration_error")
ARTIFACT_TAG: Final = "genrekit.artifact"
PREDICTIONS: Final = "predictions"


@dataclass(frozen=True, slots=True)
class Recording:
    """One run.

    Attributes:
        name: as it is listed.
        note: what it is, in Markdown.
        tags: what it can be searched by; ``revision`` and ``index_sha256`` are among them.
        data: name of the data set.
        params: settings, by dotted key.
        figures: final ones, by name.
        curves: figures by step.
        files: folder in the run, and what is kept there.
        children: runs within.
    """

    name: str
    note: str
    tags: Mapping[str, str]
    data: str
    params: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, Sequence[float]] = field(default_factory=dict)
    files: Sequence[tuple[str, Path]] = ()
    children: Sequence[Recording] = ()


def training_recording(layout: Layout, settings: Settings, artifact: Artifact, reports: Path = REPORTS) -> Recording:
    """The whole training: one run with a child for each member and one for the evaluation."""
    metrics = json.loads((reports / "metrics.json").read_text())
    tags = {ARTIFACT_TAG: artifact.id, **artifact.manifest.provenance}
    weights = {member.name: member.weight for member in artifact.manifest.members}
    data = settings.prepare.kind
    members = [_member(layout, name, tags, metrics, data) for name in settings.train.members]
    shares = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
    accuracy = 100 * metrics["ensemble"]["all"]["accuracy"]
    return Recording(
        name=f"training {artifact.id[:8]}",
        note=f"Artifact {artifact.id}: right on {accuracy:.1f} % of the tracks, out of fold. Weights: {shares}.",
        tags={**tags, "genrekit.kind": "training"},
        data=data,
        params={key: value for key, value in _flat(msgspec.to_builtins(settings)) if not key.startswith("train.")}
        | {"train.members": ", ".join(settings.train.members)},
        figures=_figures(metrics["ensemble"]) | {f"weight.{name}": weight for name, weight in weights.items()},
        files=[(PREDICTIONS, layout.out_of_fold)],
        children=[*members, _evaluation(metrics, tags, reports, data)],
    )


def _member(layout: Layout, name: str, tags: Mapping[str, str], metrics: Mapping[str, Any], data: str) -> Recording:
    folder = layout.member(name)
    history = json.loads((folder / HISTORY_NAME).read_text())
    digest = hashlib.sha256((folder / MODEL_NAME).read_bytes()).hexdigest()
    return Recording(
        name=f"train {name}",
        note=f"The member {name}: trained on all tracks, and anew for each fold to be measured on that fold.",
        tags={**tags, "genrekit.kind": "member", "genrekit.member": name, "genrekit.model_sha256": digest},
        data=data,
        params=dict(_flat(history["params"])),
        figures=_figures(metrics["members"][name]),
        curves={
            **{f"fold.{figure}": [row[figure] for row in history["folds"]] for figure in ("accuracy", "log_loss")},
            **_epochs(history["epochs"]),
        },
        files=[("member", folder / file) for file in (MODEL_NAME, HISTORY_NAME, OUT_OF_FOLD_NAME)],
    )


def _epochs(epochs: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    return {f"epoch.{key}": [float(epoch[key]) for epoch in epochs] for key in (epochs[0] if epochs else ())}


def _evaluation(metrics: Mapping[str, Any], tags: Mapping[str, str], reports: Path, data: str) -> Recording:
    by_genre = {f"f1.{genre}": value for genre, value in zip(metrics["genres"], metrics["f1"], strict=True)}
    plots = sorted((reports / "plots").glob("*"))
    return Recording(
        name="evaluate",
        note=f"Figures of the ensemble, {metrics['protocol']}.",
        tags={**tags, "genrekit.kind": "evaluation"},
        data=data,
        params={"protocol": metrics["protocol"], "shuffles": ", ".join(metrics["shuffles"])},
        figures=_figures(metrics["ensemble"]) | by_genre,
        files=[("reports", reports / "metrics.json"), *(("plots", path) for path in plots)],
    )


def _figures(parts: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Over all tracks by their bare name; over a kind of track below its name; intervals by their ends."""
    found: dict[str, float] = {}
    for part, rows in parts.items():
        prefix = "" if part == "all" else f"{part}."
        found |= {f"{prefix}{key}": rows[key] for key in _FIGURES}
        found |= {f"{prefix}accuracy_low": rows["interval"][0], f"{prefix}accuracy_high": rows["interval"][1]}
    return found


def _flat(values: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{place}{key}.")
        else:
            yield f"{place}{key}", ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
