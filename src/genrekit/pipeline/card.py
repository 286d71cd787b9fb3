"""Stage: cards of the members, of the ensemble and of the data sets, rendered from what was measured.

    python -m genrekit.pipeline.card

Writes Markdown with the metadata that model hubs read, and Croissant JSON-LD beside the cards of data sets. All cards
are rendered before any is written; one with an empty section ends the stage. Cards of data sets are those of GTZAN and
what is derived from it: of other music its owner knows what to say.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genrekit.artifact import read_artifact
from genrekit.pipeline.cards.datasets import embeddings_card, features_card, gtzan_card
from genrekit.pipeline.cards.document import render_card
from genrekit.pipeline.cards.models import Evidence, model_cards
from genrekit.pipeline.cards.sources import GTZAN, OWN
from genrekit.pipeline.datasets.gtzan import is_gtzan
from genrekit.pipeline.datasets.index import read_dataset
from genrekit.pipeline.files import write_whole
from genrekit.pipeline.layout import CARDS, HISTORY_NAME, REPORTS, Layout
from genrekit.pipeline.out_of_fold import load_out_of_fold
from genrekit.pipeline.stage import run_stage


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the stage reads.

    Attributes:
        data: folder of the data set.
        predictions: file of the members' out-of-fold predictions.
        artifact: folder of the artifact.
        reports: folder with ``metrics.json``, ``protocols.json`` and ``robustness.json``.
        members: folder with a folder a member, whose histories are kept.
    """

    data: Path
    predictions: Path
    artifact: Path
    reports: Path
    members: Path


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the stage writes.

    Attributes:
        cards: folder.
        history: folder, a file a member.
    """

    cards: Path
    history: Path


def run(inputs: Inputs, outputs: Outputs) -> list[Path]:
    """Render all cards and keep the members' histories.

    Returns:
        What was written.

    Raises:
        DatasetError: a section of a card is empty, or the data set is missing.
        ArtifactError: the artifact is refused.
    """
    texts = {**_cards(inputs), **_histories(inputs.members)}
    written = []
    for name, content in texts.items():
        path = (outputs.history if name.startswith("history/") else outputs.cards) / Path(name).name
        write_whole(path, content.encode())
        written.append(path)
    return written


def _cards(inputs: Inputs) -> dict[str, str]:
    dataset = read_dataset(inputs.data)
    known = is_gtzan(dataset)
    evidence = Evidence(
        manifest=read_artifact(inputs.artifact).manifest,
        metrics=_read(inputs.reports / "metrics.json"),
        protocols=_read(inputs.reports / "protocols.json"),
        robustness=_read(inputs.reports / "robustness.json"),
        predictions=load_out_of_fold(inputs.predictions),
        source=GTZAN if known else OWN,
    )
    texts = {f"{card.name}.md": render_card(card) for card in model_cards(evidence)}
    for make in (gtzan_card, embeddings_card, features_card) if known else ():
        card, description = make(dataset)
        texts[f"{card.name}.md"] = render_card(card)
        texts[f"{card.name}.croissant.json"] = json.dumps(description, indent=1) + "\n"
    return texts


def _histories(members: Path) -> dict[str, str]:
    """How each member's training went, as far as training has left word of it."""
    return {f"history/{path.parent.name}.json": path.read_text() for path in sorted(members.glob(f"*/{HISTORY_NAME}"))}


def _read(path: Path) -> Mapping[str, Any]:
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def main() -> None:
    """Run the stage."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    layout = Layout()
    inputs = Inputs(layout.data, layout.out_of_fold, layout.artifact, REPORTS, layout.work / "members")
    for path in run(inputs, Outputs(CARDS, REPORTS / "history")):
        print(path)  # noqa: T201 - what it wrote, for whoever ran it


if __name__ == "__main__":
    run_stage(main)
