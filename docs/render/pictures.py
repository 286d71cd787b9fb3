"""The two graphs: of the stages, from ``dvc.yaml``, and of the line from a sound file to a genre."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from statistics import fmean
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
        (Box("ensemble", "ensemble", "mean, weights, calibration"),),
        (Box("prediction", "Prediction", "genre or unsure, probabilities", "value"),),
        (
            Box("shell", "command line, beets", "one file or a library", "door"),
            Box("python", "Python", "Predictor", "door"),
            Box("web", "service, web app", "HTTP", "door"),
        ),
    ),
    (
        ("file", "decode"), ("decode", "clips"), ("clips", "features"), ("clips", "embeddings"),
        ("features", "forest"), ("embeddings", "heads"), ("stages", "artifact"), ("artifact", "forest"),
        ("artifact", "heads"), ("artifact", "ensemble"), ("forest", "ensemble"), ("heads", "ensemble"),
        ("ensemble", "prediction"), ("prediction", "shell"), ("prediction", "python"), ("prediction", "web"),
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
    sources = reduced({name: uses(stage, stages) for name, stage in stages.items()})
    rows, arrows = laid_out({name: _box(name, stage) for name, stage in stages.items()}, sources)
    return svg(Drawing("The stages of the training and what each leads to", rows, arrows, {}))


def laid_out(boxes: dict[str, Box], sources: dict[str, list[str]]) -> tuple[list[list[Box]], list[tuple[str, str]]]:
    """Boxes in rows, each below all that it reads from; what a stage leads to further down shares a lane of its own."""
    depth = {name: _depth(name, sources) for name in boxes}
    rows: list[list[Box]] = [[] for _ in range(max(depth.values()))]
    before: dict[str, list[str]] = {}
    for name, box in sorted(boxes.items(), key=lambda item: depth[item[0]]):
        rows[depth[name] - 1].append(box)
        before[name] = []
        for source in sources[name]:
            last = source
            for between in range(depth[source], depth[name] - 1):
                lane = Box(f"{source}, {between}", "", kind="lane")
                if lane.name not in before:
                    rows[between].append(lane)
                    before[lane.name] = [last]
                last = lane.name
            before[name].append(last)
    order: dict[str, float] = {}
    for row in rows:
        # Below the middle of what one reads from: fewer arrows cross.
        row.sort(key=lambda box: fmean([order[name] for name in before[box.name]] or [0.0]))
        order |= {box.name: index - (len(row) - 1) / 2 for index, box in enumerate(row)}
    return rows, [(source, name) for name, found in before.items() for source in found]


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
