import pytest
import yaml

from genrekit.pipeline.cards.document import percent, render_card
from genrekit.pipeline.cards.models import model_cards
from tests.pipeline.cards.making import make_evidence


@pytest.fixture(scope="module")
def cards():
    return {card.name: render_card(card) for card in model_cards(make_evidence())}


def test_there_is_a_card_a_member_and_one_for_all(cards):
    assert set(cards) == {"model-good", "model-poor", "model-ensemble"}


@pytest.mark.parametrize(
    "title", ["What it is", "Intended use", "Figures", "By protocol", "Failures", "Limits", "Training data", "Licence"]
)
def test_every_card_has_its_sections(cards, title):
    assert all(f"\n## {title}\n" in text for text in cards.values())


def test_the_metadata_is_what_model_hubs_read(cards):
    block = yaml.safe_load(cards["model-good"].split("---\n")[1])
    assert block["pipeline_tag"] == "audio-classification"
    assert block["license"] == "mit"
    (model,) = block["model-index"]
    (result,) = model["results"]
    assert {"task", "dataset", "metrics"} == set(result)
    assert all({"type", "name", "value"} == set(metric) for metric in result["metrics"])


def test_figures_are_those_measured(cards):
    accuracy = make_evidence().metrics["members"]["good"]["all"]["accuracy"]
    assert percent(accuracy) in cards["model-good"]
    assert (
        round(accuracy, 4)
        == yaml.safe_load(cards["model-good"].split("---\n")[1])["model-index"][0]["results"][0]["metrics"][0]["value"]
    )


def test_a_member_that_answers_alone_is_said_to(cards):
    assert "No mixture beats good alone" in cards["model-ensemble"]
    assert "Its weight in the artifact that ships is 0." in cards["model-poor"]


def test_failures_name_tracks(cards):
    assert "| track" in cards["model-poor"].split("The surest mistakes")[1]
