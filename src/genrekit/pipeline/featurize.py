"""Stage: from the recordings of a data set to what the members learn from, one file a track and part.

    python -m genrekit.pipeline.featurize --backbone work/members/backbone.onnx --out work/features

========== ===================================================================================================
part       arrays of ``OUT/PART/TRACK.npz``
========== ===================================================================================================
``clean``  ``embedding`` (n, 784), ``tags`` (n, 50; of the net trained on the Million Song Dataset), ``start``
           (n,) [s]: all patches, as a prediction cuts them
``copies`` the same of patches at random places in augmented copies, and ``copy`` (n,), the number of the copy
``tabular`` ``values`` (n, 57), ``start`` (n,) [s]: the classic features, clip by clip, as a prediction does
========== ===================================================================================================

What is already there is not computed again, so a run that was cut off goes on where it stopped; a folder
written with other settings is refused. Each result depends on its track alone, never on order or company.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.errors import DATASET_INVALID, AudioError, DatasetError
from genrekit.limits import Limits
from genrekit.pipeline.augment import STRONG, WEAK, Strength, augment, copy_generator
from genrekit.pipeline.datasets.index import Track, data_root, read_dataset
from genrekit.pipeline.settings import HOP_FRAMES, LEVEL_DBFS, PATCH_FRAMES, TABULAR, TABULAR_CLIP_SECONDS
from genrekit.steps.clips import cut_clips, level_gain, without_pauses
from genrekit.steps.decode import decode
from genrekit.steps.embeddings import HOP_SECONDS, SAMPLE_RATE, Backbone, Patches, cut_patches, load_backbone
from genrekit.steps.features import tabular_view
from genrekit.values import FloatArray

PARTS: Final = ("clean", "copies", "tabular")
COPIES: Final[tuple[Strength, ...]] = (STRONG,) * 4 + (WEAK,) * 3
PATCHES_A_COPY: Final = 6
SEED: Final = 20_261_125

_RECIPE_NAME: Final = "recipe.json"
_OUTPUTS: Final = ("embedding", "msd.tags")

Arrays = Mapping[str, NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]]
Part = Callable[[Track], Arrays]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One part of all tracks.

    Attributes:
        track: int (n,), place of each row's track in the names asked for.
        values: by name of the array, (n, ...) each.
    """

    track: NDArray[np.int64]
    values: Mapping[str, NDArray[np.float32]]


def featurize_clean(track: Track, backbone: Backbone) -> Arrays:
    """Embeddings and tags of all patches of a track, cut as a prediction cuts them."""
    patches = cut_patches(_at_level(track, SAMPLE_RATE), patch_frames=PATCH_FRAMES, hop_frames=HOP_FRAMES)
    return _listen(patches, backbone)


def featurize_copies(track: Track, backbone: Backbone, seed: int) -> Arrays:
    """Embeddings and tags of a few patches of each augmented copy of a track."""
    samples = _at_level(track, SAMPLE_RATE)
    parts = []
    for copy, strength in enumerate(COPIES):
        rng = copy_generator(seed, track.name, copy)
        changed = augment(samples, strength, rng)
        arrays = _listen(_scattered(changed * np.float32(level_gain(changed, LEVEL_DBFS)), rng), backbone)
        parts.append({**arrays, "copy": np.full(len(arrays["start"]), copy)})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def featurize_tabular(track: Track) -> Arrays:
    """The classic features of a track's clips."""
    clips = cut_clips(_at_level(track, TABULAR.sample_rate), TABULAR.sample_rate, TABULAR_CLIP_SECONDS)
    view = tabular_view(without_pauses(clips), TABULAR)
    return {"values": view.values, "start": view.spans[:, 0]}


def _at_level(track: Track, sample_rate: int) -> FloatArray:
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


def _scattered(samples: FloatArray, rng: np.random.Generator) -> Patches:
    """A few patches at random places, one in each of as many equal stretches."""
    power = clipfeat.musicnn_mel_power(samples)
    frames = min(PATCH_FRAMES, len(power))
    count = min(PATCHES_A_COPY, len(power) // frames)
    edges = np.linspace(0, len(power) - frames + 1, count + 1)
    return Patches(power, np.floor(rng.uniform(edges[:-1], edges[1:])).astype(np.int64), frames)


def run(tracks: Sequence[Track], folder: Path, part: Part, recipe: Mapping[str, object]) -> int:
    """Compute one part of all tracks into a folder; what is already there is kept.

    Args:
        tracks: that have a sound file.
        folder: of the part.
        part: from a track to its arrays.
        recipe: everything but the sound that the arrays depend on.

    Returns:
        How many tracks were computed.

    Raises:
        DatasetError: the folder was written by another recipe, or a track cannot be used.
    """
    _claim(folder, recipe)
    missing = [track for track in tracks if not (folder / f"{track.name}.npz").exists()]
    for number, track in enumerate(missing, start=1):
        _write(folder / f"{track.name}.npz", part(track))
        print(f"{folder.name}: {number} of {len(missing)}, {track.name}", file=sys.stderr)  # noqa: T201
    return len(missing)


def _claim(folder: Path, recipe: Mapping[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(recipe, indent=1, sort_keys=True) + "\n"
    path = folder / _RECIPE_NAME
    if not path.exists():
        path.write_text(text)
    elif path.read_text() != text:
        raise DatasetError(DATASET_INVALID, str(folder), "holds features of another recipe; remove it or name another")


def _write(path: Path, arrays: Arrays) -> None:
    """So that a file is whole or not there."""
    staging = path.with_suffix(f".{os.getpid()}.tmp")
    with staging.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # keywords are arrays, none is named allow_pickle
    staging.replace(path)


def load_rows(folder: Path, names: Sequence[str]) -> Rows:
    """Read one part of the tracks of these names.

    Raises:
        DatasetError: a track has not been computed.
    """
    tracks, parts = [], []
    for index, name in enumerate(names):
        path = folder / f"{name}.npz"
        if not path.exists():
            raise DatasetError(DATASET_INVALID, str(path), "is missing; run genrekit.pipeline.featurize first")
        with np.load(path) as file:
            parts.append({key: file[key] for key in file.files})
        tracks.append(np.full(len(parts[-1]["start"]), index))
    values = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    return Rows(np.concatenate(tracks), values)


def _parts(model: bytes, seed: int) -> dict[str, tuple[Part, dict[str, object]]]:
    backbone = load_backbone(model)
    heard = {
        "backbone_sha256": hashlib.sha256(model).hexdigest(),
        "hop_seconds": HOP_SECONDS,
        "level_dbfs": LEVEL_DBFS,
        "patch_frames": PATCH_FRAMES,
    }
    copies = {"copies": len(COPIES), "patches_a_copy": PATCHES_A_COPY, "seed": seed}
    clips = {"clip_seconds": TABULAR_CLIP_SECONDS, "fingerprint": TABULAR.fingerprint, "level_dbfs": LEVEL_DBFS}
    return {
        "clean": (partial(featurize_clean, backbone=backbone), {**heard, "hop_frames": HOP_FRAMES}),
        "copies": (partial(featurize_copies, backbone=backbone, seed=seed), {**heard, **copies}),
        "tabular": (featurize_tabular, clips),
    }


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--backbone", type=Path, required=True, help="graph written by genrekit.pipeline.backbone.build"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the parts")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    tracks = read_dataset(data_root()).with_audio
    parts = _parts(options.backbone.read_bytes(), options.seed)
    for name in options.parts:
        part, recipe = parts[name]
        computed = run(tracks, options.out / name, part, recipe)
        print(f"{options.out / name}: {len(tracks)} tracks, {computed} of them computed now")  # noqa: T201


if __name__ == "__main__":
    main()
