from genrekit.errors import ERROR_TABLE, TOO_SHORT
from tests.cli.running import genrekit


def test_a_code_is_explained_with_what_to_do():
    done = genrekit("explain", "gk106")
    assert done.status == 0
    assert TOO_SHORT.meaning in done.out
    assert TOO_SHORT.hint in done.out


def test_without_a_code_all_are_listed():
    assert [line.split()[0] for line in genrekit("explain").out.splitlines()] == [kind.code for kind in ERROR_TABLE]


def test_an_unknown_code_is_a_usage_error():
    done = genrekit("explain", "GK999")
    assert done.status == 2
    assert "GK999" in done.err
