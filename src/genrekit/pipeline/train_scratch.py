"""The stage ``train@cnn``: the network trained from scratch as one member of the ensemble. Needs PyTorch.

`genrekit.pipeline.train_cnn` compares its variants; here one of them is trained, in every shuffle of the folds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import torch

from genrekit.pipeline.datasets.index import read_dataset
from genrekit.pipeline.files import write_json, write_whole
from genrekit.pipeline.frames import FrameParams
from genrekit.pipeline.history import history_of
from genrekit.pipeline.layout import BACKBONE, HISTORY_NAME, MODEL_NAME, OUT_OF_FOLD_NAME, Layout
from genrekit.pipeline.members.cnn import CnnParams, export_cnn
from genrekit.pipeline.members.epochs import FitParams
from genrekit.pipeline.out_of_fold import save_out_of_fold
from genrekit.pipeline.progress import SavedProgress
from genrekit.pipeline.scratch_material import load_material, with_teacher
from genrekit.pipeline.settings import CnnMemberParams
from genrekit.pipeline.train_cnn import DISTILLED, PLAIN, ScratchParams, cross_validate, progress_key, train_variant

NAME: Final = "cnn"
_CURVE: Final = ("loss", "valid_loss", "valid_accuracy", "learning_rate")


def run(layout: Layout, params: CnnMemberParams) -> None:
    """Train the network, resumed in the epoch in which it stopped.

    Raises:
        DatasetError: data set or features are missing or do not fit.
    """
    # One thread, so that sums are added up in the same order wherever the stage runs.
    torch.set_num_threads(1)
    variant, frames = DISTILLED if params.taught else PLAIN, FrameParams(kind=params.kind)
    scratch = ScratchParams(frames=frames, cnn=CnnParams(fit=FitParams(epochs=params.epochs)), variants=(variant,))
    dataset = read_dataset(layout.data)
    # Not below the features: those are another stage's, and other members depend on them.
    backbone = (layout.backbone / BACKBONE).read_bytes()
    material = load_material(dataset, layout.work / "frames", frames, backbone)
    if params.taught:
        material = with_teacher(material, dataset, layout.features, frames.rate)
    progress = SavedProgress(layout.progress(NAME), progress_key(material, scratch))
    progress.begin()
    told, _ = cross_validate(material, dataset, list(dataset.folds), scratch, progress)
    predictions = replace(told, log_proba={NAME: told.log_proba[variant]})
    everything = np.ones(len(material.tracks), bool)
    trained = train_variant(material, everything, scratch, variant, progress.folder / progress.key / "whole.pt")
    folder = layout.member(NAME)
    write_whole(folder / MODEL_NAME, export_cnn(trained))
    save_out_of_fold(folder / OUT_OF_FOLD_NAME, predictions)
    epochs = [{key: float(getattr(epoch, key)) for key in _CURVE} for epoch in trained.curve]
    write_json(folder / HISTORY_NAME, history_of(NAME, params, predictions, epochs))
    progress.end()
