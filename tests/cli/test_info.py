import json

import clipfeat
from genrekit.artifact import read_artifact
from tests.cli.running import genrekit


def test_it_tells_what_is_installed_and_what_answers():
    facts = json.loads(genrekit("info", "--json").out)
    shipped = read_artifact()
    assert facts["artifact"] == shipped.id
    assert facts["genres"] == list(shipped.manifest.genres)
    assert facts["kernel"] == clipfeat.kernel_name()
    assert facts["libraries"]["clipfeat"] == clipfeat.__version__
    assert set(facts["extras"]) == {"api", "beets", "dask", "plots", "tag", "train", "webapp"}


def test_people_get_the_same_as_a_table(tiny_artifact):
    done = genrekit("info", "--artifact", tiny_artifact)
    assert done.status == 0
    assert read_artifact(tiny_artifact).id in done.out
    assert "linear 1.000" in done.out
