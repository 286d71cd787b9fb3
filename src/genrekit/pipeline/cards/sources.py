"""What cards say of the music that was learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of the music that was learnt from.

    Attributes:
        hub_id: of the data set on model hubs; empty if it is on none.
        name: what people call it.
        training: what was learnt from, a sentence or two.
        limits: what it cannot teach, as lines of a list.
    """

    hub_id: str
    name: str
    training: str
    limits: str


GTZAN: Final = Source(
    hub_id="marsyas/gtzan",
    name="GTZAN, artist-grouped folds",
    training=(
        "GTZAN without its test part (see [dataset-gtzan](dataset-gtzan.md)); published tag activations stand in for "
        "tracks that were not at hand."
    ),
    limits=(
        "- The ten genres are those of a data set collected in 2000 and 2001, mostly Western and English-language "
        "music from before that. Music from elsewhere and since is answered in their terms.\n"
        "- The data set has labels that are plainly wrong (see its card).\n"
        "- An artist who dominates a genre in the data (Bob Marley in reggae) shapes what that genre sounds like to it."
    ),
)
OWN: Final = Source(
    hub_id="",
    name="own recordings, grouped folds",
    training="Recordings of the owner of this artifact, sorted into genres by folders.",
    limits="- It has learnt what these recordings sound like; music unlike them is answered in their terms.",
)
