"""The cards of the members and of the ensemble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import genrekit
from genrekit.artifact import Manifest
from genrekit.genres import display_genre
from genrekit.pipeline.cards.document import Card, Section, markdown_table, percent
from genrekit.pipeline.cards.failures import confused_pairs, surest_failures
from genrekit.pipeline.cards.sources import Source
from genrekit.pipeline.out_of_fold import OutOfFold

ENSEMBLE: Final = "ensemble"
_FAILURES: Final = 8

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "musicnn": (
            "A linear head (multinomial logistic regression with a prior from tags) on the frozen embeddings "
            "of the two "
            "published MusiCNN nets, 784 values for each two seconds. The nets were trained by Pons and Serra "
            "to tag the "
            "Million Song Dataset and MagnaTagATune; their weights are ISC-licensed and travel with their licence. "
            "A track's score is the mean over its patches."
        ),
        "forest": (
            "Extremely randomised trees (Geurts, Ernst and Wehenkel, 2006) on 57 classic features of each ten "
            "seconds: "
            "chroma, level, spectral shape, zero crossings, harmonic and percussive parts, tempo and twenty cepstral "
            "coefficients, by clipfeat. It needs no pretrained net."
        ),
        "cnn": (
            "A small convolutional net trained from scratch on log-mel spectrograms of the same recordings, "
            "with random "
            "crops, masks and mixup. It shows what the recordings at hand can teach on their own."
        ),
        ENSEMBLE: (
            "What `genrekit predict` answers with: the members' log-probabilities, weighted, sharpened by one "
            "factor and "
            "turned into probabilities. Weights, factor and threshold are learnt on out-of-fold predictions only."
        ),
    }
)
_USE: Final = (
    "To sort, search and tag collections of recorded music by {count} genres: {genres}. Audio alone "
    "decides; names and "
    "tags are not read. Works on any length from a second on, any common format, offline on a CPU. Answers below the "
    'threshold ({threshold:g}) are meant to be read as "unsure".\n\n'
    "Not meant for: decisions about people or their pay; other genres (every track is given one of these); "
    "speech, sound effects or silence; proof of what a recording is."
)
_LIMITS: Final = (
    "- Genres overlap and their names are disputed; part of what counts as an error here is a matter of opinion.\n"
    "- Trained on {tracks} recordings by {artists} artists or groups: intervals are wide, and more artists help more "
    "than any model.\n"
    "- Music heard in a large room, through a telephone or under noise is answered worse, and in a room with too "
    "much confidence.\n"
)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What has been measured, as the other stages wrote it.

    Attributes:
        manifest: of the artifact.
        metrics: as `genrekit.pipeline.evaluate` writes them.
        protocols: as `genrekit.pipeline.protocols` writes them.
        robustness: as `genrekit.pipeline.robustness` writes them.
        predictions: of the members, out of fold.
        source: of the music.
    """

    manifest: Manifest
    metrics: Mapping[str, Any]
    protocols: Mapping[str, Any]
    robustness: Mapping[str, Any]
    predictions: OutOfFold
    source: Source


def model_cards(evidence: Evidence) -> list[Card]:
    """A card a member, and one for all together."""
    names = list(evidence.metrics["members"])
    weights = {member.name: member.weight for member in evidence.manifest.members}
    cards = [_card(evidence, name, [name], evidence.metrics["members"][name], weights) for name in names]
    shipped = [name for name in names if weights.get(name, 0) > 0]
    figures = evidence.metrics["members"][shipped[0]] if len(shipped) == 1 else evidence.metrics["ensemble"]
    return [*cards, _card(evidence, ENSEMBLE, shipped, figures, weights)]


def _card(
    evidence: Evidence, name: str, members: Sequence[str], figures: Mapping[str, Any], weights: Mapping[str, float]
) -> Card:
    predictions = evidence.predictions
    genres = [display_genre(genre) for genre in evidence.manifest.genres]
    use = _USE.format(count=len(genres), genres=", ".join(genres), threshold=evidence.manifest.unsure_below)
    limits = _LIMITS.format(tracks=len(predictions.names), artists=len(set(predictions.groups)))
    kind = _KINDS.get(name, f"The member {name} of the ensemble, on the view that the artifact names.")
    sections = [
        Section("What it is", kind),
        Section("Share in the answer", _share(name, weights)),
        Section("Intended use", use),
        Section("Figures", _figures(figures)),
        Section("By protocol", _protocols(evidence.protocols, members)),
        Section("Failures", _failures(predictions, members)),
        Section("Limits", limits + evidence.source.limits),
        Section("Training data", _training(evidence.manifest, evidence.source)),
        Section("Licence", _LICENCE),
    ]
    if "musicnn" in members:
        sections.insert(5, Section("Robustness", _robustness(evidence.robustness)))
    return Card(f"model-{name}", f"genrekit {name}", _metadata(name, figures, evidence.source), tuple(sections))


_LICENCE: Final = (
    "Code and heads: MIT. The pretrained nets inside the backbone: ISC, by the authors of MusiCNN; the "
    "licence lies beside "
    "the graph. The recordings that heads were trained on have no known licence and are not part of the artifact."
)


def _metadata(name: str, figures: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """The block that model hubs read."""
    every = figures["all"]
    listed = {"datasets": [source.hub_id]} if source.hub_id else {}
    measured = [("accuracy", "accuracy", every["accuracy"]), ("accuracy", "balanced accuracy", every["balanced"])]
    return {
        "license": "mit",
        "library_name": "genrekit",
        "pipeline_tag": "audio-classification",
        "tags": ["audio-classification", "music", "music-genre-classification", "onnx"],
        **listed,
        "metrics": ["accuracy"],
        "model-index": [
            {
                "name": f"genrekit-{name}",
                "results": [
                    {
                        "task": {"type": "audio-classification", "name": "music genre"},
                        "dataset": {"type": source.hub_id or "own", "name": source.name, "split": "train"},
                        "metrics": [
                            {"type": kind, "name": label, "value": round(value, 4)} for kind, label, value in measured
                        ],
                    }
                ],
            }
        ],
        "version": genrekit.__version__,
    }


def _share(name: str, weights: Mapping[str, float]) -> str:
    told = ", ".join(f"{member} {weight:g}" for member, weight in weights.items())
    if name == ENSEMBLE:
        alone = [member for member, weight in weights.items() if weight == 1]
        verdict = f" No mixture beats {alone[0]} alone out of fold, so it answers alone." if alone else ""
        return f"Weights of the members, learnt out of fold: {told}.{verdict}"
    return (
        f"Its weight in the artifact that ships is {weights.get(name, 0):g}. All weights, learnt out of fold: {told}."
    )


def _figures(figures: Mapping[str, Any]) -> str:
    rows = [
        [
            part,
            str(row["tracks"]),
            percent(row["accuracy"]),
            f"{percent(row['interval'][0])} to {percent(row['interval'][1])}",
            percent(row["balanced"]),
            f"{row['log_loss']:.3f}",
            f"{row['calibration_error']:.3f}",
        ]
        for part, row in figures.items()
    ]
    header = ["tracks", "number", "accuracy", "95 % interval", "balanced over genres", "log-loss", "calibration error"]
    return (
        "Out of fold, no artist on both sides, mean over the shuffles; intervals drawn over artists.\n\n"
        + markdown_table(header, rows)
    )


def _protocols(protocols: Mapping[str, Any], members: Sequence[str]) -> str:
    rows = []
    for protocol in protocols["protocols"]:
        for member in [name for name in members if name in protocol["members"]]:
            figures = protocol["members"][member]
            cells = [
                f"{percent(each['accuracy'])} ({percent(each['interval'][0])} to {percent(each['interval'][1])})"
                for each in (figures["track"], figures["clip"])
            ]
            rows.append([protocol["name"], member, str(figures["track"]["scored"]), *cells, protocol["note"]])
    header = ["protocol", "member", "tracks", "by track", "by clip", "what it means"]
    return markdown_table(header, rows) or "This member was not measured by the other protocols."


def _robustness(robustness: Mapping[str, Any]) -> str:
    rows = [
        [
            row["family"] if row["family"] != "unseen" else row["name"].removeprefix("unseen_"),
            f"{row['amount']:g} {row['unit']}" if row["unit"] else "never trained on",
            str(row["tracks"]),
            percent(row["untouched"]),
            percent(row["accuracy"]),
            f"{100 * row['loss']:+.1f}",
        ]
        for row in robustness["rows"]
    ]
    header = ["change", "amount", "tracks", "untouched", "changed", "points lost"]
    unseen = robustness["unseen_mean"]
    mean = f"\nMean over the changes never trained on: {percent(unseen)}.\n" if unseen is not None else ""
    missing = ", ".join(robustness["not_measured"])
    rest = f"\nNot measured in this run: {missing}.\n" if missing else ""
    return f"{robustness['protocol']}.\n\n{markdown_table(header, rows)}{mean}{rest}"


def _failures(predictions: OutOfFold, members: Sequence[str]) -> str:
    pairs = markdown_table(
        ["true", "answered", "tracks"],
        [[true, said, f"{count:.1f}"] for true, said, count in confused_pairs(predictions, members, _FAILURES)],
    )
    rows = [
        [each.track, each.kind, each.truth, each.answer, f"{each.probability:.2f}", f"{each.truth_probability:.2f}"]
        for each in surest_failures(predictions, members, _FAILURES)
    ]
    header = ["track", "kind", "true", "answered", "probability", "of the true genre"]
    return (
        f"The commonest mistakes:\n\n{pairs}\nThe surest mistakes, wrong in every shuffle:\n\n"
        f"{markdown_table(header, rows)}"
    )


def _training(manifest: Manifest, source: Source) -> str:
    rows = [[key, f"`{value}`"] for key, value in sorted(manifest.provenance.items())]
    return f"{source.training} Where this artifact comes from:\n\n" + markdown_table(["what", "value"], rows)
