"""``params.yaml``: a wrong key is an error that names it."""

from __future__ import annotations

import keyword
import string
from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from genrekit.errors import SettingsError
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.settings import Settings

ROOT = Path(__file__).parents[2]


def sections(section: type[msgspec.Struct], place: tuple[str, ...] = ()) -> dict[tuple[str, ...], type[msgspec.Struct]]:
    """Every section by the keys that lead to it."""
    found = {place: section}
    for field in msgspec.structs.fields(section):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            found |= sections(field.type, (*place, field.name))
    return found


SECTIONS = sections(Settings)
VALUES = [
    (*place, field.name)
    for place, section in SECTIONS.items()
    for field in msgspec.structs.fields(section)
    if (*place, field.name) not in SECTIONS
]


def nested(place: tuple[str, ...], value: object) -> dict[str, object]:
    for key in reversed(place):
        value = {key: value}
    return value  # type: ignore[return-value]


def written(folder: Path, content: object) -> Path:
    path = folder / PARAMS_NAME
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return path


def test_the_file_of_the_repository_says_every_key_and_its_default() -> None:
    assert read_settings(ROOT / PARAMS_NAME) == Settings()
    said = yaml.safe_load((ROOT / PARAMS_NAME).read_text())
    assert said == msgspec.json.decode(msgspec.json.encode(Settings()))


@pytest.mark.parametrize("content", ["", "# nothing but a comment\n", "{}\n"])
def test_what_is_left_out_has_its_default(tmp_path: Path, content: str) -> None:
    assert read_settings(written(tmp_path, content)) == Settings()


@given(place=st.sampled_from(sorted(SECTIONS)), key=st.text(string.ascii_lowercase + "_-", min_size=1, max_size=12))
def test_an_unknown_key_is_an_error_that_names_it(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str, ...], key: str
) -> None:
    if key in SECTIONS[place].__struct_fields__ or keyword.iskeyword(key):
        return
    path = written(tmp_path_factory.mktemp("params"), yaml.safe_dump(nested((*place, key), 1)))
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert caught.value.subject == f"{path}: {'.'.join((*place, key))}"
    assert caught.value.reason == "is no known setting"


@pytest.mark.parametrize("place", VALUES, ids=".".join)
@pytest.mark.parametrize("value", [{"a": 1}, None, -1, [1]])
def test_a_value_that_makes_no_sense_is_an_error_that_names_its_key(
    tmp_path: Path, place: tuple[str, ...], value: object
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(written(tmp_path, nested(place, value)))
    assert caught.value.subject.partition(": ")[2].startswith(".".join(place))


def test_a_number_is_no_word(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"train\.forest\.trees: does not fit: Expected `int`, got `str`"):
        read_settings(written(tmp_path, "train: {forest: {trees: many}}"))


@pytest.mark.parametrize(
    ("members", "reason"),
    [(["tuba"], "'tuba' is no member"), (["forest", "forest"], "names a member twice"), ([], "length >= 1")],
)
def test_members_are_those_that_there_are(tmp_path: Path, members: list[str], reason: str) -> None:
    with pytest.raises(SettingsError, match=rf"train\.members: .*{reason}"):
        read_settings(written(tmp_path, {"train": {"members": members}}))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("train: {forest: {trees: 1, trees: 2}}", "the key 'trees' is given twice"),
        ("train: [", "cannot be read"),
        ("- a list\n", "the whole file: does not fit"),
        ("!!python/object/apply:os.getcwd []", "cannot be read"),
    ],
)
def test_what_is_no_object_of_settings_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        read_settings(written(tmp_path, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"params\.yaml: cannot be read"):
        read_settings(tmp_path / PARAMS_NAME)
