"""A working folder as the stages leave it, with small members."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from genrekit.pipeline import assemble, evaluate
from genrekit.pipeline.files import write_json
from genrekit.pipeline.layout import BACKBONE, NOTICE, Layout
from genrekit.pipeline.out_of_fold import OutOfFold, save_out_of_fold
from genrekit.pipeline.settings import Settings
from tests.making import linear_member
from tests.pipeline.predicting import make_predictions

FEATURES = np.random.default_rng(0).normal(5.0, 2.0, (200, 57)).astype(np.float32)


def named_predictions() -> OutOfFold:
    """The good one is the backbone's head, the poor one the forest."""
    made = make_predictions()
    return replace(made, log_proba={"musicnn": made.log_proba["good"], "forest": made.log_proba["poor"]})


def write_trained(root: Path, predictions: OutOfFold | None = None) -> Layout:
    """What prepare, featurize and train write."""
    layout, told = Layout(root / "work", root), predictions or named_predictions()
    layout.data.mkdir(parents=True)
    (layout.data / "index.csv").write_text("name,genre,audio\na,a,a.wav\n")
    (layout.features / "tabular").mkdir(parents=True)
    np.savez(layout.features / "tabular" / "a.npz", values=FEATURES, start=np.arange(len(FEATURES)))
    for name, n_dims in (("musicnn", 784), ("forest", 57)):
        folder = layout.member(name)
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(linear_member(n_dims, 3))
        save_out_of_fold(folder / "out_of_fold.npz", replace(told, log_proba={name: told.log_proba[name]}))
        rows = [{"shuffle": "fold_a", "fold": fold, "tracks": 9, "accuracy": 0.5, "log_loss": 1.0} for fold in (0, 1)]
        write_json(folder / "history.json", {"member": name, "params": {"seed": 3}, "folds": rows, "epochs": []})
    (root / BACKBONE).write_bytes(linear_member(96, 784))
    (root / NOTICE).write_text("a notice")
    return layout


def assembled(layout: Layout) -> str:
    """The artifact's id."""
    inputs = assemble.Inputs(layout.data, layout.features, layout.work / "members", layout.backbone)
    return assemble.run(inputs, assemble.Outputs(layout.artifact, layout.out_of_fold), Settings())


def evaluated(layout: Layout) -> Path:
    """The folder of reports."""
    reports = layout.work.parent / "reports"
    evaluate.run(evaluate.Inputs(layout.out_of_fold), evaluate.Outputs(reports / "metrics.json", reports / "plots"))
    return reports
