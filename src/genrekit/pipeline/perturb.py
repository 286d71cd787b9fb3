"""Stage: what the backbone hears when recordings are changed, one folder a change.

    python -m genrekit.pipeline.perturb --backbone work/members/backbone.onnx --out work/perturbed

``OUT/PERTURBATION/TRACK.npz`` has ``embedding`` (n, 784) and ``start`` (n,) [s], of patches cut as a prediction cuts
them. What is already there is not computed again, and each folder is complete before the next is begun: a run that was
cut off goes on where it stopped.
"""

from __future__ import annotations

import argparse
import hashlib
from functools import partial
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np

import clipfeat
from genrekit.limits import Limits
from genrekit.pipeline.datasets.index import Track, data_root, read_dataset
from genrekit.pipeline.feature_store import Arrays, compute_part
from genrekit.pipeline.perturbations.catalogue import CATALOGUE, LONG, SHORT, Perturbation
from genrekit.pipeline.settings import HOP_FRAMES, LEVEL_DBFS, PATCH_FRAMES
from genrekit.steps.clips import level_gain
from genrekit.steps.decode import decode
from genrekit.steps.embeddings import SAMPLE_RATE, Backbone, cut_patches, load_backbone
from genrekit.values import Waveform

SEED: Final = 20_261_125
_SHORT: Final = slice(10 * SAMPLE_RATE, 20 * SAMPLE_RATE)


def listen(track: Track, perturbation: Perturbation, backbone: Backbone) -> Arrays:
    """Embeddings of a track that has been changed, by the steps of a prediction.

    Args:
        track: with a sound file.
        perturbation: the change.
        backbone: the nets.

    Raises:
        AudioError: the file cannot be decoded.
    """
    assert track.audio is not None  # noqa: S101 - the caller takes tracks that have one
    rng = np.random.default_rng([SEED, crc32(track.name.encode()), crc32(perturbation.name.encode())])
    waveform = decode(track.audio, Limits())
    heard = perturbation.change(waveform if perturbation.scope == LONG else _ten_seconds(waveform), rng)
    gain = np.float32(level_gain(heard.samples, LEVEL_DBFS))
    samples = clipfeat.resample(heard.samples, heard.sample_rate, SAMPLE_RATE) * gain
    patches = cut_patches(samples, patch_frames=PATCH_FRAMES, hop_frames=HOP_FRAMES)
    return {"embedding": backbone.embed(patches), "start": patches.spans[:, 0]}


def _ten_seconds(waveform: Waveform) -> Waveform:
    """At 16 kHz and the level of training, as `genrekit.pipeline.perturbations.places` expects it."""
    samples = clipfeat.resample(waveform.samples, waveform.sample_rate, SAMPLE_RATE)
    levelled = samples * np.float32(level_gain(samples, LEVEL_DBFS))
    return Waveform(levelled[_SHORT] if len(levelled) > _SHORT.start else levelled, SAMPLE_RATE)


def tracks_of(scope: str, tracks: tuple[Track, ...]) -> list[Track]:
    """The tracks with sound that a scope covers."""
    heard = [track for track in tracks if track.audio is not None]
    return heard if scope == SHORT else [track for track in heard if track.kind == "whole"]


def run(backbone: Path, root: Path, out: Path, perturbations: tuple[Perturbation, ...]) -> None:
    """Compute what is missing.

    Args:
        backbone: serialised graph.
        root: of the data set.
        out: folder of all perturbations.
        perturbations: which, in this order.

    Raises:
        DatasetError: a folder was written by another recipe.
    """
    model = backbone.read_bytes()
    tracks, loaded = read_dataset(root).tracks, load_backbone(model)
    for each in perturbations:
        recipe = {
            "amount": each.amount,
            "backbone_sha256": hashlib.sha256(model).hexdigest(),
            "name": each.name,
            "scope": each.scope,
            "seed": SEED,
        }
        compute_part(
            tracks_of(each.scope, tracks),
            out / each.name,
            partial(listen, perturbation=each, backbone=loaded),
            recipe,
        )


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backbone", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=[each.name for each in CATALOGUE])
    options = parser.parse_args()
    wanted = tuple(each for each in CATALOGUE if not options.only or each.name in options.only)
    run(options.backbone, data_root(), options.out, wanted)


if __name__ == "__main__":
    main()
