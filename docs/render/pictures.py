"""The two graphs: of the stages, from ``dvc.yaml``, and of the line from a sound file to a genre."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from drawing import Box, Drawing, svg

ROOT = Path(__file__).parents[2]

_LINE = Drawing(
    "From a sound file to a genre, and what learns it",
    (
        (Box("file", "sound file", "any format, rate and length", "value"),),
        (Box("decode", "decode", "one channel, under limits"),),
        (Box("clips", "clips", "level, pauses, windows"),),
        (
            Box("features", "features", "57 classic ones, by clipfeat"),
            Box("stages", "stages", "learn from music", "model"),
            Box("embeddings", "embeddings", "what the nets hear"),
        ),
        (
            Box("forest", "forest", "member on the features"),
            Box("artifact", "artifact", "manifest.json, ONNX graphs", "model"),
            Box("heads", "heads", "member on the embeddings"),
        ),
        (Box("ensemble", "ensemble", "mean over time, weights, calibration"),),
        (Box("prediction", "Prediction", "genre or unsure, probabilities", "value"),),
        (
            Box("shell", "command line, beets", "one file or a library", "door"),
            Box("python", "Python", "Predictor", "door"),
            Box("web", "service, web app", "HTTP", "door"),
        ),
    ),
    (
        ("file", "decode"), ("decode", "clips"), ("clips", "features"), ("clips", "embeddings"), ("features", "forest"),
        ("embeddings", "heads"), ("artifact", "forest"), ("artifact", "heads"), ("stages", "artifact"),
        ("forest", "ensemble"), ("artifact", "ensemble"), ("heads", "ensemble"), ("ensemble", "prediction"), ("prediction", "shell"), ("prediction", "python"),
        ("prediction", "web"),
    ),
    {"value": "value", "step": "step", "model": "learnt", "door": "door"},
)  # fmt: skip


def architecture_svg() -> str:
    """The line."""
    return svg(_LINE)


def pipeline_svg() -> str:
    """The stages of ``dvc.yaml`` for the members that ``params.yaml`` names."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    stages = expanded(yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"], params)
    arrows = reduced({name: uses(stage, stages) for name, stage in stages.items()})
    depth: dict[str, int] = {}
    for name in stages:
        depth[name] = _depth(name, arrows)
    rows = [[_box(name, stages[name]) for name in stages if depth[name] == row] for row in sorted(set(depth.values()))]
    drawn = [(source, name) for name in stages for source in arrows[name]]
    return svg(Drawing("The stages of the training and what each leads to", rows, drawn, {}))


def expanded(stages: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """Stages by name; one that is there for each of a list becomes one for each."""
    found: dict[str, Any] = {}
    for name, stage in stages.items():
        if "foreach" not in stage:
            found[name] = stage
            continue
        items: Any = params
        for key in stage["foreach"].removeprefix("${").removesuffix("}").split("."):
            items = items[key]
        for item in items:
            found[f"{name}@{item}"] = _filled(stage["do"], item)
    return found


def _filled(value: Any, item: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(part, item) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, item) for part in value]
    return value.replace("${item}", item) if isinstance(value, str) else value


def outputs(stage: dict[str, Any]) -> list[str]:
    """The paths that a stage writes."""
    listed = [*stage.get("outs", ()), *stage.get("metrics", ())]
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in listed]


def uses(stage: dict[str, Any], stages: dict[str, Any]) -> list[str]:
    """The stages of which one reads something."""
    return [
        name
        for name, other in stages.items()
        if other is not stage
        and any(_within(path, out) or _within(out, path) for path in stage.get("deps", ()) for out in outputs(other))
    ]


def _within(path: str, folder: str) -> bool:
    return PurePosixPath(path).is_relative_to(folder)


def reduced(sources: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same order with as few arrows as can be: one that follows from others is left out."""
    return {
        name: [one for one in found if not any(one in _before(other, sources) for other in found if other != one)]
        for name, found in sources.items()
    }


def _before(name: str, sources: dict[str, list[str]]) -> set[str]:
    return {before for one in sources[name] for before in (one, *_before(one, sources))}


def _depth(name: str, sources: dict[str, list[str]]) -> int:
    return 1 + max((_depth(one, sources) for one in sources[name]), default=0)


def _box(name: str, stage: dict[str, Any]) -> Box:
    paths = outputs(stage)
    note = ", ".join(paths[:1]) + (" ..." if len(paths) > 1 else "")
    return Box(name, name, note or "runs and versions in MLflow", "step" if paths else "door")
