"""Stage: what the backbone hears when recordings are changed, one folder a change.

    python -m genrekit.pipeline.perturb

``work/perturbed/PERTURBATION/TRACK.npz`` has ``embedding`` (n, 784) and ``start`` (n,) [s], of patches cut as a
prediction cuts them, every second one where only ten seconds are heard. What is already there is not computed again,
and each folder is complete before the next is begun: a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np

import clipfeat
from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.limits import Limits
from genrekit.pipeline.datasets.index import Track, read_dataset
from genrekit.pipeline.feature_store import Arrays, compute_part
from genrekit.pipeline.layout import BACKBONE, Layout
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.perturbations.catalogue import CATALOGUE, LONG, SHORT, Perturbation
from genrekit.pipeline.settings import HOP_FRAMES, LEVEL_DBFS, PATCH_FRAMES
from genrekit.pipeline.stage import run_stage
from genrekit.steps.clips import level_gain
from genrekit.steps.decode import decode
from genrekit.steps.embeddings import SAMPLE_RATE, Backbone, cut_patches, load_backbone
from genrekit.values import Waveform

SEED: Final = 20_261_125
_TEN_SECONDS: Final = 10.0
_SPARSE_HOP: Final = 2 * HOP_FRAMES
"""Every second patch where ten seconds are heard: changes are many, and each is held against as many patches."""


Recordings = Callable[[Path], Waveform]


def listen(track: Track, perturbation: Perturbation, backbone: Backbone, recordings: Recordings) -> Arrays:
    """Embeddings of a track that has been changed, by the steps of a prediction.

    Args:
        track: with a sound file.
        perturbation: the change.
        backbone: the nets.
        recordings: what decodes a file; see `decoded` and `middle`.

    Raises:
        AudioError: the file cannot be decoded.
    """
    assert track.audio is not None  # noqa: S101 - the caller takes tracks that have one
    rng = np.random.default_rng([SEED, crc32(track.name.encode()), crc32(perturbation.name.encode())])
    sound = recordings(track.audio)
    heard = perturbation.change(_levelled(sound) if perturbation.scope == SHORT else sound, rng)
    gain = np.float32(level_gain(heard.samples, LEVEL_DBFS))
    samples = clipfeat.resample(heard.samples, heard.sample_rate, SAMPLE_RATE) * gain
    hop = HOP_FRAMES if perturbation.scope == LONG else _SPARSE_HOP
    patches = cut_patches(samples, patch_frames=PATCH_FRAMES, hop_frames=hop)
    return {"embedding": backbone.embed(patches), "start": patches.spans[:, 0]}


def decoded(path: Path) -> Waveform:
    """A recording, whole."""
    return decode(path, Limits())


def middle(path: Path) -> Waveform:
    """Ten seconds of a recording from the tenth on; all of one that is not longer than that."""
    sound = decoded(path)
    begin = round(_TEN_SECONDS * sound.sample_rate)
    return Waveform(sound.samples[begin : 2 * begin], sound.sample_rate) if len(sound.samples) > begin else sound


def _levelled(sound: Waveform) -> Waveform:
    """At 16 kHz and the level of training, as `genrekit.pipeline.perturbations.places` expects it."""
    samples = clipfeat.resample(sound.samples, sound.sample_rate, SAMPLE_RATE)
    return Waveform(samples * np.float32(level_gain(samples, LEVEL_DBFS)), SAMPLE_RATE)


def tracks_of(scope: str, tracks: tuple[Track, ...]) -> list[Track]:
    """The tracks with sound that a scope covers."""
    heard = [track for track in tracks if track.audio is not None]
    return heard if scope == SHORT else [track for track in heard if track.kind == "whole"]


def chosen(names: Sequence[str]) -> tuple[Perturbation, ...]:
    """The changes of these names, in the order of the catalogue; all of them if none is named.

    Raises:
        SettingsError: there is no change of a name.
    """
    known = [each.name for each in CATALOGUE]
    for name in names:
        if name not in known:
            raise SettingsError(BAD_SETTING, "perturb.only", f"{name!r} is no change; there are {', '.join(known)}")
    return tuple(each for each in CATALOGUE if not names or each.name in names)


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
    # Ten seconds of every track fit the memory, and decoding would cost as much as listening.
    middles = cache(middle)
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
            partial(listen, perturbation=each, backbone=loaded, recordings=decoded if each.scope == LONG else middles),
            recipe,
        )


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="changes that are tried; else those of params.yaml")
    options, layout = parser.parse_args(), Layout()
    wanted = chosen(options.only or read_settings(Path(PARAMS_NAME)).perturb.only)
    run(layout.backbone / BACKBONE, layout.data, layout.perturbed, wanted)


if __name__ == "__main__":
    run_stage(main)
