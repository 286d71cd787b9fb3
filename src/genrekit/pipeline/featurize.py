"""Stage: from the recordings of a data set to what the members learn from, one file a track and part.

    python -m genrekit.pipeline.featurize

========== ===================================================================================================
part       arrays of ``work/features/PART/TRACK.npz``
========== ===================================================================================================
``clean``  ``embedding`` (n, 784), ``tags`` (n, 50; of the net trained on the Million Song Dataset), ``start``
           (n,) [s]: all patches, as a prediction cuts them
``copies`` the same of patches at random places in augmented copies, and ``copy`` (n,), the number of the copy
``tabular`` ``values`` (n, 57), ``start`` (n,) [s]: the classic features, clip by clip, as a prediction does
========== ===================================================================================================

What is already there is not computed again, so a run that was cut off goes on where it stopped; what was computed with
other settings or from another sound file is. Each result depends on its track alone, never on order or company.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

import clipfeat
from genrekit.errors import DATASET_INVALID, AudioError, DatasetError
from genrekit.limits import Limits
from genrekit.pipeline.augment import STRONG, WEAK, Strength, augment, copy_generator
from genrekit.pipeline.datasets.index import Track, read_dataset
from genrekit.pipeline.feature_store import Arrays, Part, compute_part
from genrekit.pipeline.layout import BACKBONE, Layout
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.settings import HOP_FRAMES, LEVEL_DBFS, PATCH_FRAMES, TABULAR, FeaturizeParams
from genrekit.pipeline.stage import run_stage
from genrekit.steps.clips import cut_clips, level_gain, without_pauses
from genrekit.steps.decode import decode
from genrekit.steps.embeddings import HOP_SECONDS, SAMPLE_RATE, Backbone, Patches, cut_patches, load_backbone
from genrekit.steps.features import tabular_view
from genrekit.values import FloatArray

_OUTPUTS: Final = ("embedding", "msd.tags")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the stage reads.

    Attributes:
        data: folder of the data set.
        backbone: file of the pretrained nets' graph.
    """

    data: Path
    backbone: Path


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the stage writes.

    Attributes:
        features: folder of the parts.
    """

    features: Path


def featurize_clean(track: Track, backbone: Backbone) -> Arrays:
    """Embeddings and tags of all patches of a track, cut as a prediction cuts them."""
    patches = cut_patches(samples_at_level(track, SAMPLE_RATE), patch_frames=PATCH_FRAMES, hop_frames=HOP_FRAMES)
    return _listen(patches, backbone)


def featurize_copies(
    track: Track, backbone: Backbone, seed: int, strengths: Sequence[Strength], patches: int
) -> Arrays:
    """Embeddings and tags of a few patches of each augmented copy of a track, one copy a strength."""
    samples = samples_at_level(track, SAMPLE_RATE)
    parts = []
    for copy, strength in enumerate(strengths):
        rng = copy_generator(seed, track.name, copy)
        changed = augment(samples, strength, rng)
        gain = np.float32(level_gain(changed, LEVEL_DBFS))
        arrays = _listen(_scattered(changed * gain, rng, patches), backbone)
        parts.append({**arrays, "copy": np.full(len(arrays["start"]), copy)})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def featurize_tabular(track: Track, clip_seconds: float) -> Arrays:
    """The classic features of a track's clips."""
    clips = cut_clips(samples_at_level(track, TABULAR.sample_rate), TABULAR.sample_rate, clip_seconds)
    view = tabular_view(without_pauses(clips), TABULAR)
    return {"values": view.values, "start": view.spans[:, 0]}


def samples_at_level(track: Track, sample_rate: int) -> FloatArray:
    """A track's samples at the level of training.

    Raises:
        DatasetError: the file is not what the index says, or cannot be decoded.
    """
    if track.audio is None:
        raise DatasetError(DATASET_INVALID, track.name, "has no sound file")
    try:
        content = track.audio.read_bytes()
    except OSError as error:
        raise DatasetError(DATASET_INVALID, str(track.audio), f"cannot be read: {error.strerror}") from error
    if track.sha256 and hashlib.sha256(content).hexdigest() != track.sha256:
        raise DatasetError(DATASET_INVALID, str(track.audio), "is not the file that the index describes")
    try:
        waveform = decode(content, Limits())
    except AudioError as error:
        raise DatasetError(DATASET_INVALID, str(track.audio), error.reason) from error
    gain = np.float32(level_gain(waveform.samples, LEVEL_DBFS))
    return clipfeat.resample(waveform.samples, waveform.sample_rate, sample_rate) * gain


def _listen(patches: Patches, backbone: Backbone) -> Arrays:
    embedding, tags = backbone.outputs(patches, _OUTPUTS)
    return {"embedding": embedding, "tags": tags, "start": patches.spans[:, 0]}


def _scattered(samples: FloatArray, rng: np.random.Generator, patches: int) -> Patches:
    """A few patches at random places, one in each of as many equal stretches."""
    power = clipfeat.musicnn_mel_power(samples)
    frames = min(PATCH_FRAMES, len(power))
    count = min(patches, len(power) // frames)
    edges = np.linspace(0, len(power) - frames + 1, count + 1)
    return Patches(power, np.floor(rng.uniform(edges[:-1], edges[1:])).astype(np.int64), frames)


def run(inputs: Inputs, outputs: Outputs, params: FeaturizeParams) -> None:
    """Compute all parts of all tracks that have a sound file.

    Raises:
        DatasetError: a track cannot be used; those before it are kept.
    """
    tracks = read_dataset(inputs.data).with_audio
    for name, (part, recipe) in _parts(inputs.backbone.read_bytes(), params).items():
        folder = outputs.features / name
        computed = compute_part(tracks, folder, part, recipe)
        print(f"{folder}: {len(tracks)} tracks, {computed} of them computed now", file=sys.stderr)  # noqa: T201


def _parts(model: bytes, params: FeaturizeParams) -> dict[str, tuple[Part, dict[str, object]]]:
    """By name, what computes a part and everything but the sound that it depends on."""
    backbone = load_backbone(model)
    strengths = (STRONG,) * params.strong + (WEAK,) * params.weak
    heard = {
        "backbone_sha256": hashlib.sha256(model).hexdigest(),
        "hop_seconds": HOP_SECONDS,
        "level_dbfs": LEVEL_DBFS,
        "patch_frames": PATCH_FRAMES,
    }
    copies = {"strong": params.strong, "weak": params.weak, "patches": params.patches, "seed": params.seed}
    clips = {"clip_seconds": params.clip_seconds, "fingerprint": TABULAR.fingerprint, "level_dbfs": LEVEL_DBFS}
    scatter = partial(
        featurize_copies, backbone=backbone, seed=params.seed, strengths=strengths, patches=params.patches
    )
    return {
        "clean": (partial(featurize_clean, backbone=backbone), {**heard, "hop_frames": HOP_FRAMES}),
        "copies": (scatter, {**heard, **copies}),
        "tabular": (partial(featurize_tabular, clip_seconds=params.clip_seconds), clips),
    }


def main() -> None:
    """Run the stage."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    layout = Layout()
    run(
        Inputs(layout.data, layout.backbone / BACKBONE),
        Outputs(layout.features),
        read_settings(Path(PARAMS_NAME)).featurize,
    )


if __name__ == "__main__":
    run_stage(main)
