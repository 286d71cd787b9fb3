from pathlib import Path

import pytest

from genrekit.errors import ERROR_TABLE, ErrorKind
from genrekit.service import pages

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "errors"


def test_text_is_escaped():
    kind = ErrorKind("GK999", "odd", "a <b> & c", 'say "x"', 1, 422)
    page = pages.error_page(kind)
    assert "a &lt;b&gt; &amp; c" in page
    assert "<b>" not in page


def test_a_page_is_whole_html():
    page = pages.home_page()
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>")
    assert 'enctype="multipart/form-data"' in page


@pytest.mark.parametrize("kind", ERROR_TABLE, ids=lambda kind: kind.code)
def test_the_documentation_holds_the_page_of_every_error(kind):
    assert (DOCS / f"{kind.name}.md").read_text(encoding="utf-8") == pages.error_markdown(kind)


def test_the_documentation_lists_all_errors_and_no_others():
    assert (DOCS / "index.md").read_text(encoding="utf-8") == pages.error_index_markdown()
    assert {path.stem for path in DOCS.glob("*.md")} == {kind.name for kind in ERROR_TABLE} | {"index"}
