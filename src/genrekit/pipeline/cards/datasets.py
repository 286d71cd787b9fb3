"""The cards of GTZAN and of the sets derived from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import clipfeat
import genrekit
from genrekit.pipeline.cards.croissant import Description, Table, croissant
from genrekit.pipeline.cards.document import Card, Section, markdown_table
from genrekit.pipeline.datasets.index import INDEX_NAME, DataSet

_CITE: Final = (
    "G. Tzanetakis and P. Cook, Musical genre classification of audio signals, "
    "IEEE Transactions on Speech and Audio Processing 10(5), 2002"
)
_UNKNOWN: Final = "Unknown: excerpts of commercial recordings, passed on for research without a licence"
_HOME: Final = "http://marsyas.info/downloads/datasets.html"

_FAULTS: Final = (
    "B. L. Sturm (An analysis of the GTZAN music genre dataset, 2012) listened to all of it and found 50 exact "
    "replicas, one of them across two genres; 22 excerpts from the same recordings as others and 13 other versions; "
    "43 conspicuous and 63 contentious labels; 35 of the 100 reggae tracks by Bob Marley and 24 of the 100 "
    "pop tracks by "
    "Britney Spears; and distortions, one reggae file being usable for five seconds only. In the copy that is "
    "commonest "
    "jazz.00054 cannot be decoded. Faults change what is measured by amounts that differ from system to "
    "system (Sturm, "
    "2013), so figures of random splits compare nothing. Part of the labels being wrong, no system can be "
    "right on all "
    "of them. The fault-filtered split (443 train, 197 validation, 290 test tracks) leaves out replicas and the "
    "worst labels, yet has artists on both sides: the folds used here keep every artist on one."
)
_KEPT: Final = (
    "Nothing of the recordings is part of genrekit or its artifacts. Whoever wants to train has to bring a copy; "
    "the pipeline reads it from the folder that is named to it and writes nothing there."
)


def gtzan_card(dataset: DataSet) -> tuple[Card, dict[str, Any]]:
    """GTZAN, as much of it as is at hand."""
    heard = dataset.with_audio
    description = (
        "A thousand excerpts of 30 s, a hundred of each of ten genres, mono at 22,050 Hz, collected in 2000 "
        "and 2001 from "
        "CDs, radio and microphone recordings. Here: its fault-filtered train and validation tracks, "
        f"{len(dataset.tracks)} of them, {len(heard)} with sound."
    )
    sections = (
        Section("What it is", description),
        Section("What is at hand", _counts(dataset)),
        Section("Known faults", _FAULTS),
        Section("Licence", f"{_UNKNOWN}. {_KEPT}"),
        Section("Intended use", _USE),
        Section("Limits", _LIMITS),
        Section("Reference", f"{_CITE}. Described for machines in dataset-gtzan.croissant.json."),
    )
    about = Description(
        "gtzan", description, _UNKNOWN, _HOME, _CITE, "2002-07-01", genrekit.__version__, ["G. Tzanetakis", "P. Cook"]
    )
    card = Card("dataset-gtzan", "GTZAN", _metadata("gtzan", "original"), sections)
    return card, croissant(about, [_index(dataset)])


_USE: Final = (
    "To compare methods with each other and with what was published, on folds that keep artists apart. To "
    "learn broad "
    "genres of Western popular and classical music. Not to judge how well music of today, or of other places, "
    "is told "
    "apart; not to be passed on."
)
_LIMITS: Final = (
    "One label a track, by one person, a quarter of a century ago. Few artists a genre. Whole tracks are at "
    "hand mostly "
    "for classical and pop, excerpts for the others, so that length gives genre away: members therefore learn from "
    "stretches of two seconds, and figures are told for whole tracks and excerpts apart."
)


def embeddings_card(dataset: DataSet) -> tuple[Card, dict[str, Any]]:
    """What the backbone hears in the recordings and in their augmented copies."""
    description = (
        "For each recording the embeddings (784 values) and tag probabilities (50) of the MusiCNN nets, for "
        "stretches of "
        "two seconds, of the recording and of seven augmented copies. Derived from GTZAN by "
        "genrekit.pipeline.featurize."
    )
    how = (
        "Each recording is brought to -17 dBFS and 16 kHz and cut into patches of 125 frames, 124 apart. "
        "Copies are changed "
        "by chance in speed, tone, reverberation, drive, band and noise. Seeds are in params.yaml, and a "
        "result depends "
        "on its track alone."
    )
    return _derived(dataset, "gtzan-embeddings", "Embeddings of GTZAN", description, how)


def features_card(dataset: DataSet) -> tuple[Card, dict[str, Any]]:
    """The classic features."""
    description = (
        f"For each ten seconds of each recording {len(clipfeat.TABULAR_NAMES)} classic features, by clipfeat, recipe "
        "modern. Derived from GTZAN by genrekit.pipeline.featurize."
    )
    how = (
        "Each recording is brought to -17 dBFS and 22,050 Hz; clips are side by side and pauses left out. "
        "What each feature is, clipfeat's documentation says; librosa 0.11 agrees to six digits."
    )
    return _derived(dataset, "gtzan-features", "Classic features of GTZAN", description, how)


def _derived(dataset: DataSet, name: str, title: str, description: str, how: str) -> tuple[Card, dict[str, Any]]:
    sections = (
        Section("What it is", description),
        Section("How it is made", how),
        Section("What is in it", _counts(dataset)),
        Section("Known faults", f"Those of the recordings that it is derived from. {_FAULTS}"),
        Section("Licence", f"That of the recordings. {_UNKNOWN}. {_KEPT}"),
        Section(
            "Intended use", "To train and compare heads without decoding anything again. Not to rebuild the sound."
        ),
        Section("Limits", _LIMITS),
        Section("Reference", f"{_CITE}. Described for machines in dataset-{name}.croissant.json."),
    )
    about = Description(
        name, description, _UNKNOWN, _HOME, _CITE, "2026-11-25", genrekit.__version__, ["the genrekit maintainers"]
    )
    return Card(f"dataset-{name}", title, _metadata(name, "extended|gtzan"), sections), croissant(
        about, [_index(dataset)]
    )


def _metadata(name: str, source: str) -> dict[str, Any]:
    return {
        "license": "unknown",
        "pretty_name": name,
        "task_categories": ["audio-classification"],
        "tags": ["music", "music-genre-classification"],
        "size_categories": ["n<1K"],
        "source_datasets": [source],
    }


def _index(dataset: DataSet) -> Table:
    return Table(
        INDEX_NAME,
        (dataset.root / INDEX_NAME).read_bytes(),
        {
            "name": ("sc:Text", "name of the track, unique"),
            "genre": ("sc:Text", "its genre"),
            "group": ("sc:Text", "its artist, or the track itself where unknown"),
            "kind": ("sc:Text", "whole, excerpt or none"),
        },
    )


def _counts(dataset: DataSet) -> str:
    kinds: Sequence[str] = sorted({track.kind for track in dataset.tracks})
    counts = Counter((track.genre, track.kind) for track in dataset.tracks)
    artists = {genre: len({t.group for t in dataset.tracks if t.genre == genre}) for genre in dataset.genres}
    rows = [[genre, str(artists[genre]), *(str(counts[genre, kind]) for kind in kinds)] for genre in dataset.genres]
    return (
        "Tracks by genre and by what is at hand of them; none: only published features or tags.\n\n"
        + markdown_table(["genre", "artists", *kinds], rows)
    )
