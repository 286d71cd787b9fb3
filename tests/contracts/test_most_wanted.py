"""Every answer to the ten most wanted has its page and its test, and both are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "most-wanted.md"
WISHES = re.findall(r"^## (\d+)\. (.+?)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text(encoding="utf-8"))))
LINKS = sorted(set(re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8"))))


def test_there_are_ten() -> None:
    assert [int(number) for number, _, _ in WISHES] == list(range(1, 11))


@pytest.mark.parametrize(("title", "text"), [wish[1:] for wish in WISHES], ids=[wish[1] for wish in WISHES])
def test_each_says_who_asks_where_it_is_described_and_what_holds_it(title: str, text: str) -> None:
    assert re.search(r"^Asked in [\w.-]+/[\w.-]+#\d+", text, re.MULTILINE), title
    assert re.search(r"^- (Guide|Reference): \[", text, re.MULTILINE), title
    assert re.search(r"^- Test: `tests/", text, re.MULTILINE), title


@pytest.mark.parametrize("link", LINKS)
def test_a_page_that_is_named_is_there(link: str) -> None:
    assert (PAGE.parent / link).is_file()


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
