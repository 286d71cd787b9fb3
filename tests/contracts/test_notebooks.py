"""Notebooks are texts: kept without what they said when they ran last, so that changes are of words or code."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST_CELL = 40  # lines
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
# Where another machine would look in vain: the root of a disk, a drive, an address.
ELSEWHERE = re.compile(r"""["'](?:/|~|[A-Za-z]:[\\/]|https?://)""")
LINK = re.compile(r"\]\(([^)#]+)")


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def sources(path: Path, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in read(path)["cells"] if cell["cell_type"] == kind]


every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="not a checkout: no notebooks")
def test_the_notebooks_are_listed_in_order() -> None:
    listed = re.findall(r"\((\S+\.ipynb)\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert listed == [path.name for path in NOTEBOOKS]


@every_notebook
def test_outputs_are_stripped(path: Path) -> None:
    code = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    assert code
    left = [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None]
    assert left == [], "python notebooks/strip.py takes them out"


@every_notebook
def test_metadata_say_which_kernel_and_nothing_else(path: Path) -> None:
    notebook = read(path)
    assert notebook["metadata"] == KERNEL, "python notebooks/strip.py takes the rest out"
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert all(cell["metadata"] == {} for cell in notebook["cells"])


@every_notebook
def test_cells_are_named_once(path: Path) -> None:
    names = [cell["id"] for cell in read(path)["cells"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"(?:code|text)-[a-z-]+", name) for name in names)


@every_notebook
def test_it_begins_with_its_title_and_cells_are_short(path: Path) -> None:
    first = read(path)["cells"][0]
    assert first["cell_type"] == "markdown"
    assert first["source"][0].startswith("# ")
    assert max(len(source.splitlines()) for source in sources(path, "code")) <= LONGEST_CELL


@every_notebook
def test_code_is_plain_python_that_reaches_nowhere_else(path: Path) -> None:
    for source in sources(path, "code"):
        ast.parse(source)
        assert not ELSEWHERE.search(source)


@every_notebook
def test_links_lead_to_files(path: Path) -> None:
    for source in sources(path, "markdown"):
        for target in LINK.findall(source):
            assert (FOLDER / target).exists(), target
