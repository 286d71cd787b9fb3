import pytest

from genrekit.collection.vocabulary import Vocabulary
from genrekit.errors import SettingsError

TOML = """
whitelist = ["Hip-Hop", "Urban", "Jazz"]

[names]
hiphop = "Hip-Hop"

[aliases]
"Rap/Hip Hop" = "Hip-Hop"

[parents]
"Hip-Hop" = "Urban"
"Urban" = "Hip-Hop"
"""


@pytest.fixture
def vocabulary(tmp_path):
    path = tmp_path / "vocabulary.toml"
    path.write_text(TOML)
    return Vocabulary.read(path)


def test_without_a_file_genres_are_written_as_people_do():
    assert [Vocabulary().spelt(genre) for genre in ("hiphop", "jazz")] == [("Hip Hop",), ("Jazz",)]


def test_names_and_parents_are_written_and_a_circle_of_parents_ends(vocabulary):
    assert vocabulary.spelt("hiphop") == ("Hip-Hop", "Urban")


def test_what_is_not_whitelisted_is_not_written(vocabulary):
    assert vocabulary.spelt("jazz") == ("Jazz",)
    assert vocabulary.spelt("metal") == ()


def test_aliases_are_found_in_any_case(vocabulary):
    assert vocabulary.canonical("RAP/hip hop") == "Hip-Hop"
    assert vocabulary.canonical("Shoegaze") == "Shoegaze"


def test_merging_adds_only_what_no_existing_name_means(vocabulary):
    assert vocabulary.merged(["rap/hip hop", "Shoegaze"], ["Hip-Hop", "Urban"]) == ("rap/hip hop", "Shoegaze", "Urban")
    assert vocabulary.merged(["JAZZ"], ["Jazz"]) == ("JAZZ",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("names = [", "cannot be read"),
        ("nmes = {}", "'nmes'"),
        ("names = 3", "names must be a table"),
        ("[names]\njazz = ''", "not empty"),
        ("whitelist = []", "whitelist must be a list"),
        ("whitelist = [1]", "whitelist must be a list"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_name(tmp_path, text, reason):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=reason) as refused:
        Vocabulary.read(path)
    assert "mine.toml" in str(refused.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        Vocabulary.read(tmp_path / "none.toml")
