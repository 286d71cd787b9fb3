import msgspec
import pytest

from genrekit.artifact_schema import PROTOCOL, Manifest, TabularSettings
from tests.making import tiny_manifest


def test_a_manifest_survives_the_way_through_json():
    manifest = tiny_manifest()
    assert msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest) == manifest
    assert manifest.protocol == PROTOCOL


@pytest.mark.parametrize("key", ["genres", "calibration", "unsure_below", "provenance"])
def test_every_key_is_required(key):
    values = msgspec.to_builtins(tiny_manifest())
    del values[key]
    with pytest.raises(msgspec.ValidationError, match=key):
        msgspec.convert(values, type=Manifest)


def test_an_unknown_key_is_refused_at_any_depth():
    values = msgspec.to_builtins(tiny_manifest())
    values["views"]["tabular"]["surprise"] = 1
    with pytest.raises(msgspec.ValidationError, match="surprise"):
        msgspec.convert(values, type=Manifest)


def test_a_recipe_is_one_of_two():
    with pytest.raises(msgspec.ValidationError, match="'classic'"):
        msgspec.convert(
            {"recipe": "classic", "fingerprint": "", "sample_rate": 1, "clip_seconds": 1.0}, type=TabularSettings
        )


def test_a_manifest_cannot_be_changed():
    with pytest.raises(AttributeError):
        tiny_manifest().clip_seconds = 2.0
