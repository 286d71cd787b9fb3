import pytest

from tests.cli.running import genrekit


@pytest.mark.parametrize("verb", ["scan", "tag", "sort", "watch", "doctor"])
def test_every_verb_shows_an_example_and_its_options(verb):
    done = genrekit(verb, "--help")
    assert done.status == 0
    assert f"Example: genrekit {verb}" in " ".join(done.out.split())


@pytest.mark.parametrize("verb", ["scan", "tag"])
def test_a_verb_without_paths_shows_its_help(verb):
    assert "Usage" in genrekit(verb).out + genrekit(verb).err
