import json
from pathlib import Path

import pytest

from genrekit.artifact import SHIPPED
from genrekit.errors import DatasetError
from genrekit.pipeline.card import Inputs, Outputs, run
from genrekit.pipeline.out_of_fold import save_out_of_fold
from tests.pipeline.cards.making import make_evidence

CARDS = Path(__file__).parents[2] / "docs" / "cards"


@pytest.fixture
def inputs(tmp_path):
    """What all stages before would have left."""
    evidence = make_evidence()
    (tmp_path / "reports").mkdir()
    for name in ("metrics", "protocols", "robustness"):
        (tmp_path / "reports" / f"{name}.json").write_text(json.dumps(getattr(evidence, name)))
    save_out_of_fold(tmp_path / "oof.npz", evidence.predictions)
    (tmp_path / "index.csv").write_text("name,genre,audio,group,kind\nblues.00007,blues,a.wav,x,whole\n")
    (tmp_path / "members" / "good").mkdir(parents=True)
    (tmp_path / "members" / "good" / "history.json").write_text('{"member": "good"}\n')
    return Inputs(tmp_path, tmp_path / "oof.npz", SHIPPED, tmp_path / "reports", tmp_path / "members")


@pytest.fixture
def outputs(tmp_path):
    return Outputs(tmp_path / "cards", tmp_path / "history")


def test_all_cards_and_histories_are_written(inputs, outputs, monkeypatch):
    monkeypatch.setattr("genrekit.pipeline.card.read_artifact", lambda _: make_evidence())
    written = {path.name for path in run(inputs, outputs)}
    assert {"model-good.md", "model-poor.md", "model-ensemble.md", "dataset-gtzan.md", "good.json"} <= written
    assert {name for name in written if name.endswith(".croissant.json")} == {
        "dataset-gtzan.croissant.json",
        "dataset-gtzan-embeddings.croissant.json",
        "dataset-gtzan-features.croissant.json",
    }
    assert (outputs.history / "good.json").read_text() == '{"member": "good"}\n'


def test_of_other_music_than_gtzan_nothing_is_said_that_is_true_of_gtzan_alone(inputs, outputs, monkeypatch):
    monkeypatch.setattr("genrekit.pipeline.card.read_artifact", lambda _: make_evidence())
    (inputs.data / "index.csv").write_text("name,genre,audio,group,kind\nmine/1,blues,a.wav,x,whole\n")
    written = run(inputs, outputs)
    assert {path.name for path in written} == {"model-good.md", "model-poor.md", "model-ensemble.md", "good.json"}
    texts = [path.read_text() for path in written]
    assert not [word for word in ("GTZAN", "gtzan", "Marley") if any(word in text for text in texts)]


def test_an_empty_section_ends_the_stage_before_anything_is_written(inputs, outputs, monkeypatch):
    monkeypatch.setattr("genrekit.pipeline.card.read_artifact", lambda _: make_evidence())
    monkeypatch.setattr("genrekit.pipeline.cards.models._LICENCE", "")
    with pytest.raises(DatasetError, match="says nothing under 'Licence'"):
        run(inputs, outputs)
    assert not outputs.cards.exists()


@pytest.mark.parametrize("name", ["gtzan", "gtzan-embeddings", "gtzan-features"])
def test_the_committed_descriptions_are_whole(name):
    description = json.loads((CARDS / f"dataset-{name}.croissant.json").read_text())
    assert description["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert all(len(file["sha256"]) == 64 for file in description["distribution"])
