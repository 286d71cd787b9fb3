"""The section ``prepare`` of ``params.yaml``: which data set, and how it is folded."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class SynthParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is made on the spot.

    Attributes:
        genres: some of arcade, drift, furnace, march and parlour.
        tracks_per_genre: how many.
        seconds: length of a track [s].
        seed: of all that is random.
    """

    genres: Annotated[tuple[str, ...], Meta(min_length=2)] = ("arcade", "drift", "furnace", "march")
    tracks_per_genre: Annotated[int, Meta(ge=1)] = 8
    seconds: Annotated[float, Meta(gt=0)] = 6.0
    seed: Annotated[int, Meta(ge=0)] = 0


class FoldParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a data set that brings no folds of its own is folded.

    Attributes:
        folds: of a shuffle; fewer where a genre has fewer groups.
        shuffles: how often it is folded anew.
        seed: of the shuffles.
    """

    folds: Annotated[int, Meta(ge=2)] = 5
    shuffles: Annotated[int, Meta(ge=1)] = 3
    seed: Annotated[int, Meta(ge=0)] = 0


class PrepareParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which data set.

    Attributes:
        kind: ``gtzan``, ``folder`` (anyone's, a folder for each genre), ``index`` (a folder that has an index already),
            or ``synth`` (made on the spot).
        url: of an archive of GTZAN, fetched where no copy is given.
        sha256: what that archive must have.
        synth: what is made.
        folds: how it is folded where it brings no folds.
    """

    kind: Literal["gtzan", "folder", "index", "synth"] = "index"
    url: str = ""
    sha256: str = ""
    synth: SynthParams = SynthParams()
    folds: FoldParams = FoldParams()
