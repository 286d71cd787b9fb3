import pytest
import yaml

from genrekit.errors import DatasetError
from genrekit.pipeline.cards.document import Card, Section, markdown_table, percent, render_card

GOOD = Section("What it is", "Words enough to say something here.")


def card(metadata=None, sections=(GOOD,)):
    return Card("model-x", "Title", metadata or {"license": "mit", "tags": ["music"]}, sections)


def test_metadata_comes_first_as_yaml_then_title_and_sections():
    text = render_card(card())
    _, block, body = text.split("---\n", 2)
    assert yaml.safe_load(block) == {"license": "mit", "tags": ["music"]}
    assert body.startswith("\n# Title\n\n## What it is\n\nWords enough")


@pytest.mark.parametrize("text", ["", " \n", "too few words", markdown_table(["a", "b"], [])])
def test_an_empty_section_is_refused_by_name(text):
    with pytest.raises(DatasetError, match="card model-x: says nothing under 'Limits'"):
        render_card(card(sections=(GOOD, Section("Limits", text))))


@pytest.mark.parametrize("value", ["", None, [], {}])
def test_empty_metadata_is_refused_by_name(value):
    with pytest.raises(DatasetError, match="'license'"):
        render_card(card(metadata={"license": value}))


def test_a_table_has_its_header_and_rows():
    assert markdown_table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    assert percent(0.8217) == "82.2 %"
