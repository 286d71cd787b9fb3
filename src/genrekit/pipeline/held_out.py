"""A head that never heard one fold, and clips of that fold that nobody should mistake: what behaviour is tested with.

    python -m genrekit.pipeline.held_out --work work --backbone backbone.onnx --out tests/behaviour/held_out

The clips are those of the fold that the heads of the *other* shuffles answer rightly and surely; the head that is
tested has had no part in choosing them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np

from genrekit.pipeline.combination import crossed
from genrekit.pipeline.datasets.index import data_root, read_dataset
from genrekit.pipeline.files import write_json, write_whole
from genrekit.pipeline.out_of_fold import OutOfFold, load_out_of_fold
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.trainers import head_trainer
from genrekit.pipeline.training_data import load_training_data

COMMAND: Final = "python -m genrekit.pipeline.held_out"
HEAD_NAME: Final = "head.onnx"
CLIPS_NAME: Final = "clips.json"
_SURE: Final = 0.75
_A_GENRE: Final = 2


def unmistakable(predictions: OutOfFold, member: str, fold: int) -> dict[str, str]:
    """Genre by name of a few tracks of a fold of the first shuffle, surely told by the other shuffles' heads.

    Args:
        predictions: out of fold; two shuffles or more.
        member: whose.
        fold: of the first shuffle.
    """
    proba = crossed(predictions, [member])[1:].min(axis=0)
    sure = proba[np.arange(len(predictions.truth)), predictions.truth]
    found: dict[str, str] = {}
    for index, genre in enumerate(predictions.genres):
        inside = (predictions.truth == index) & (predictions.folds[0] == fold) & (sure >= _SURE)
        places = sorted(np.flatnonzero(inside).tolist(), key=lambda place: -float(sure[place]))
        found |= {predictions.names[place]: genre for place in places[:_A_GENRE]}
    return found


def run(work: Path, backbone: Path, out: Path) -> None:
    """Train the head on all but the first fold of the first shuffle, and name the clips.

    Raises:
        DatasetError: data set or features are missing or do not fit.
    """
    dataset = read_dataset(data_root())
    data = load_training_data(dataset, work / "features")
    predictions = load_out_of_fold(work / "out_of_fold.npz")
    shuffle = predictions.shuffles[0]
    fold_of = np.array([dataset.folds[shuffle][track.name] for track in data.tracks])
    fold = int(fold_of.min())
    train = head_trainer(backbone.read_bytes(), read_settings(Path(PARAMS_NAME)).train.musicnn)
    write_whole(out / HEAD_NAME, train(data, fold_of != fold).export())
    clips = unmistakable(predictions, "musicnn", fold)
    write_json(out / CLIPS_NAME, {"command": COMMAND, "shuffle": shuffle, "fold": fold, "clips": clips})


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--backbone", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    run(options.work, options.backbone, options.out)


if __name__ == "__main__":
    main()
