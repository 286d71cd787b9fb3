from dataclasses import replace

import yaml

from genrekit.pipeline.cards.document import render_card
from genrekit.pipeline.cards.models import model_cards
from genrekit.pipeline.cards.sources import GTZAN, OWN
from tests.pipeline.cards.making import make_evidence


def card_of(source):
    return render_card(model_cards(replace(make_evidence(), source=source))[0])


def test_every_source_has_its_own_limits_and_says_what_was_learnt_from():
    for source in (GTZAN, OWN):
        assert source.limits in card_of(source)
        assert source.training in card_of(source)


def test_a_data_set_on_a_hub_is_named_by_its_id_there_and_another_not_at_all():
    listed, own = (yaml.safe_load(card_of(source).split("---\n")[1]) for source in (GTZAN, OWN))
    assert listed["datasets"] == ["marsyas/gtzan"]
    assert "datasets" not in own
    assert own["model-index"][0]["results"][0]["dataset"]["name"] == OWN.name
