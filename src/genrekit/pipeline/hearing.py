"""What a head on the backbone learns from, of files as anyone has them: whole songs, heard once each.

Of a long track patches spread over all of it are heard, not every one: what a genre sounds like is told by a dozen.
Augmented copies are of stretches at random places. What was heard is kept by the content of the file, so that neither
a new name nor a new genre makes it be heard again.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.errors import UNREADABLE, AudioError
from genrekit.limits import Limits
from genrekit.pipeline.augment import STRONG, WEAK, Strength, augment, copy_generator
from genrekit.pipeline.files import write_whole
from genrekit.pipeline.settings import HOP_FRAMES, LEVEL_DBFS, PATCH_FRAMES
from genrekit.steps.clips import level_gain
from genrekit.steps.decode import decode
from genrekit.steps.embeddings import HOP_SECONDS, SAMPLE_RATE, Backbone, Patches, cut_patches
from genrekit.values import FloatArray

COPIES: Final[tuple[Strength, ...]] = (STRONG, WEAK)
"""Two copies give most of what seven do, and a thousand tracks take minutes."""

_STRETCH_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class HearingParams:
    """How much of a track is heard.

    Attributes:
        patches: of the track, at most, spread over all of it.
        patches_a_copy: of each augmented copy, at most.
        copies: augmented copies, the first of `COPIES`.
        seed: of the augmentation.
    """

    patches: int = 12
    patches_a_copy: int = 4
    copies: int = len(COPIES)
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What was heard of one file.

    Attributes:
        sha256: of the file.
        seconds: length of the track [s].
        clean: float32 (n, n_dims), embeddings in the order of time.
        copies: float32 (m, n_dims), of augmented copies.
    """

    sha256: str
    seconds: float
    clean: FloatArray
    copies: FloatArray


Outcome = Heard | AudioError


def hear(content: bytes, backbone: Backbone, params: HearingParams) -> Heard:
    """Hear one file.

    Raises:
        AudioError: it cannot be decoded, or is too short or silent.
    """
    waveform = decode(content, Limits())
    gain = np.float32(level_gain(waveform.samples, LEVEL_DBFS))
    samples = clipfeat.resample(waveform.samples, waveform.sample_rate, SAMPLE_RATE) * gain
    digest = hashlib.sha256(content).hexdigest()
    patches = _spread(cut_patches(samples, patch_frames=PATCH_FRAMES, hop_frames=HOP_FRAMES), params.patches)
    clean = backbone.embed(patches)
    copies = [clean[:0]]
    for copy, strength in enumerate(COPIES[: params.copies]):
        rng = copy_generator(params.seed, digest, copy)
        changed = augment(_stretch(samples, rng), strength, rng)
        level = np.float32(level_gain(changed, LEVEL_DBFS))
        whole = cut_patches(changed * level, patch_frames=PATCH_FRAMES, hop_frames=HOP_FRAMES)
        copies.append(backbone.embed(_spread(whole, params.patches_a_copy)))
    return Heard(digest, waveform.duration, clean, np.concatenate(copies))


def _spread(patches: Patches, most: int) -> Patches:
    """At most so many of the patches, from the first to the last."""
    count = len(patches.starts)
    kept = np.unique(np.round(np.linspace(0, count - 1, min(most, count))).astype(np.int64))
    return Patches(patches.power, patches.starts[kept], patches.frames)


def _stretch(samples: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A stretch at a random place that is no pause; the track itself where it is no longer."""
    length = round(_STRETCH_SECONDS * SAMPLE_RATE)
    if len(samples) <= length:
        return samples
    starts = rng.integers(0, len(samples) - length, 4)
    stretches = [samples[start : start + length] for start in starts]
    return max(stretches, key=lambda stretch: float(np.dot(stretch, stretch)))


class Store:
    """What was heard, by the content of the files, in a folder for each way to hear.

    Args:
        folder: made if need be; may be removed at any time.
        model: the backbone's graph.
        params: how much is heard.
    """

    def __init__(self, folder: Path, model: bytes, params: HearingParams) -> None:
        heard = {"hop_seconds": HOP_SECONDS, "level_dbfs": LEVEL_DBFS, "frames": [PATCH_FRAMES, HOP_FRAMES]}
        recipe = msgspec.json.encode([asdict(params), heard, hashlib.sha256(model).hexdigest(), clipfeat.__version__])
        self._folder = folder / hashlib.sha256(recipe).hexdigest()[:16]

    def read(self, sha256: str) -> Heard | None:
        """What was heard of a file of this content, if it was."""
        path = self._path(sha256)
        if not path.exists():
            return None
        with path.open("rb") as file:
            seconds, clean, copies = (np.load(file, allow_pickle=False) for _ in range(3))
        return Heard(sha256, float(seconds), clean, copies)

    def write(self, heard: Heard) -> None:
        """Keep it, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        write_whole(self._path(heard.sha256), _packed(np.array(heard.seconds), heard.clean, heard.copies))

    def _path(self, sha256: str) -> Path:
        return self._folder / f"{sha256[:32]}.npy3"


def _packed(*arrays: NDArray[np.generic]) -> bytes:
    buffer = BytesIO()
    for array in arrays:
        np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def hear_file(path: Path, store: Store, backbone: Backbone, params: HearingParams) -> Outcome:
    """What the store has of a file, else what is heard of it now, kept.

    Raises:
        OSError: the store cannot be written.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        return AudioError(UNREADABLE, str(path), f"cannot be read: {error.strerror}")
    known = store.read(hashlib.sha256(content).hexdigest())
    if known is not None:
        return known
    try:
        heard = hear(content, backbone, params)
    except AudioError as error:
        return AudioError(error.kind, str(path), error.reason)
    store.write(heard)
    return heard
