"""The commands for one's own genres: their options."""

from __future__ import annotations

import pytest

from tests.cli.running import genrekit


@pytest.mark.parametrize("verb", ["train", "evaluate"])
def test_help_has_an_example_and_every_option(verb: str) -> None:
    done = genrekit(verb, "--help")
    assert done.status == 0
    assert f"Example: genrekit {verb}" in " ".join(done.out.split())
    assert all(option in done.out for option in ("--groups", "--corrections", "--jobs", "--json"))


def test_train_wants_a_place_for_the_artifact() -> None:
    done = genrekit("train", ".")
    assert done.status == 2
    assert "--out" in done.err
