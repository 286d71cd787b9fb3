"""Stage: networks on frames by both protocols of `genrekit.pipeline.compare`, into the same file.

    python -m genrekit.pipeline.compare_networks --out reports/comparison.json [--models lstm cnn]

Apart from it because it needs PyTorch. A training takes minutes where one of the others takes a second: one column of
folds and one random draw, unless more are asked for; the file says which.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import torch

from genrekit.pipeline.compare import (
    SEGMENT_SECONDS,
    Fit,
    IntArray,
    Segments,
    both_protocols,
    header,
    merge,
    segments_of,
)
from genrekit.pipeline.datasets.index import data_root, read_dataset
from genrekit.pipeline.epoch_bar import bar
from genrekit.pipeline.frames import FrameParams, compute_frames, load_frames
from genrekit.pipeline.members.cnn import Cnn, CnnParams, train_cnn
from genrekit.pipeline.members.epochs import Observer
from genrekit.pipeline.members.lstm import Lstm, LstmParams, train_lstm
from genrekit.pipeline.members.spectra import FloatArray, Spectra

Train = Callable[[Spectra, int, int, Observer], Cnn | Lstm]


def _lstm(spectra: Spectra, crop_frames: int, epochs: int, observer: Observer) -> Lstm:
    params = LstmParams()
    fit = replace(params.fit, crop_frames=crop_frames, epochs=epochs)
    return train_lstm(spectra, replace(params, fit=fit), None, observer)


def _cnn(spectra: Spectra, crop_frames: int, epochs: int, observer: Observer) -> Cnn:
    params = CnnParams()
    fit = replace(params.fit, crop_frames=crop_frames, epochs=epochs)
    return train_cnn(spectra, replace(params, fit=fit), None, observer)


NETWORKS: Final[Mapping[str, tuple[FrameParams, Train]]] = MappingProxyType(
    {"lstm": (FrameParams(kind="mfcc"), _lstm), "cnn": (FrameParams(kind="logmel"), _cnn)}
)
"""By name, what each hears and what trains it."""


def cut_segments(frames: Sequence[FloatArray], length: int) -> tuple[IntArray, tuple[FloatArray, ...]]:
    """Cut tracks into segments side by side; a rest counts if it is at least half as long, or all there is.

    Args:
        frames: by track, float32 (n_bands, n_frames).
        length: of a segment in frames.

    Returns:
        Place of each segment's track, int (n_segments,), and the segments, float32 (n_bands, n) each.
    """
    track, parts = [], []
    for place, whole in enumerate(frames):
        starts = [
            start for start in range(0, whole.shape[1], length) if start == 0 or whole.shape[1] - start >= length / 2
        ]
        track += [place] * len(starts)
        parts += [whole[:, start : start + length] for start in starts]
    return np.array(track), tuple(parts)


def fit_network(name: str, segments: Segments, frames: Sequence[FloatArray], length: int, epochs: int) -> Fit:
    """What trains and scores one of the networks on segments.

    Args:
        name: of the network.
        segments: what is learnt from and scored.
        frames: of each segment, float32 (n_bands, n_frames).
        length: of a crop in frames, a segment's.
        epochs: at most.
    """
    groups = tuple(segments.groups[track] for track in segments.track)
    spectra = Spectra(tuple(frames), segments.truth, groups, int(segments.genre.max()) + 1)
    train = NETWORKS[name][1]

    def fit(learnt: IntArray, tested: IntArray) -> FloatArray:
        with bar(name, epochs) as observer:
            network = train(spectra.of(learnt), length, epochs, observer)
        return np.concatenate([network.log_proba(frames[place][None]) for place in tested])

    return fit


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="file of the figures")
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--models", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--shuffles", nargs="+", default=["fold_a"])
    parser.add_argument("--draws", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    dataset = read_dataset(data_root())
    tracks = dataset.with_audio
    for name in options.models:
        params = NETWORKS[name][0]
        folder = options.work / "frames" / f"frames-{params.kind}"
        compute_frames(tracks, folder, params)
        length = round(SEGMENT_SECONDS * params.rate)
        track, frames = cut_segments(load_frames(folder, tracks), length)
        segments = segments_of(dataset, tracks, track, options.shuffles)
        fit = fit_network(name, segments, frames, length, options.epochs)
        figures = both_protocols(fit, segments, options.draws) | {"shuffles": options.shuffles}
        merge(options.out, {name: figures}, header(segments) | {"shuffles": len(dataset.folds)})
        print(f"{name}: {figures['artist_grouped']['track']['accuracy']:.3f} by track", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
