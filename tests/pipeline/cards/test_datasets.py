import pytest

from genrekit.pipeline.cards.datasets import embeddings_card, features_card, gtzan_card
from genrekit.pipeline.cards.document import render_card
from genrekit.pipeline.datasets.index import read_dataset


@pytest.fixture
def dataset(tmp_path):
    rows = ["name,genre,audio,group,kind", "a.0,blues,a.wav,x,whole", "b.0,rock,b.wav,y,excerpt", "c.0,rock,,z,none"]
    (tmp_path / "index.csv").write_text("\n".join(rows) + "\n")
    return read_dataset(tmp_path)


@pytest.mark.parametrize("make", [gtzan_card, embeddings_card, features_card])
def test_every_card_tells_of_faults_licence_use_and_limits(dataset, make):
    card, description = make(dataset)
    text = render_card(card)
    for title in ("Known faults", "Licence", "Intended use", "Limits"):
        assert f"\n## {title}\n" in text
    assert "license: unknown" in text
    assert "50 exact replicas" in " ".join(text.split())
    assert description["license"].startswith("Unknown")
    assert f"{card.name}.croissant.json" in text


def test_what_is_at_hand_is_counted(dataset):
    card, _ = gtzan_card(dataset)
    text = render_card(card)
    assert "| rock | 2 | 1 | 1 | 0 |" in text
    assert "3 of them, 2 with sound" in text


def test_the_index_is_described_column_by_column_for_each(dataset):
    for make in (gtzan_card, embeddings_card, features_card):
        _, description = make(dataset)
        (records,) = description["recordSet"]
        assert [field["name"] for field in records["field"]] == ["name", "genre", "group", "kind"]
