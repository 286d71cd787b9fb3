"""What must hold of every file in the repository: contents, sizes, names."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "packages").glob("*/src/**/*.py")])

LARGEST_FILE = 15_000_000  # bytes
LONGEST_FUNCTION = 60  # lines, its docstring not counted
LONGEST_MODULE = 250  # lines
LONGEST_STEP = 150  # lines: a step does one thing
# One table in one place, a row for each error: as long as what it lists.
TABLES = {"src/genrekit/errors.py", "packages/clipfeat/src/clipfeat/kernels/native/generate_codelets.py"}

# Formats that run code when they are read.
RUNS_CODE = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
SAYS_NOTHING = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:(?:work|farm|root)/|(?:home|Users)/\w+/)")
REGISTRY_HOST = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|anaconda\.org")


def tracked() -> list[Path]:
    """The files under version control; none where this is no checkout."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return []
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in sorted(listing.split("\0")) if name and (path := ROOT / name).is_file()]


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in FILES:
        data = path.read_bytes()
        if b"\0" in data[:4096]:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    return found


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Name and length of every function, from `def` to its end, without the docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node, clean=False) is not None
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


FILES = tracked()
needs_checkout = pytest.mark.skipif(not FILES, reason="not a git checkout: no list of tracked files")


@needs_checkout
def test_no_file_is_large() -> None:
    large = [f"{name_of(path)}: {path.stat().st_size} bytes" for path in FILES if path.stat().st_size > LARGEST_FILE]
    assert large == []


@needs_checkout
def test_no_path_of_a_machine_is_written_down() -> None:
    assert lines_that_match(MACHINE_PATH) == []


@needs_checkout
def test_no_host_of_a_package_registry_is_written_down() -> None:
    assert lines_that_match(REGISTRY_HOST) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_that_runs_code_when_read(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not RUNS_CODE & {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in RUNS_CODE
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_and_modules_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    too_long = {name: lines for name, lines in functions(ast.parse(text)) if lines > LONGEST_FUNCTION}
    assert too_long == {}
    if name_of(path) not in TABLES:
        lines = len(text.splitlines())
        assert lines <= (LONGEST_STEP if path.parent.name == "steps" else LONGEST_MODULE)


def test_a_module_is_named_after_what_it_does() -> None:
    assert [name_of(path) for path in MODULES if path.stem.strip("_") in SAYS_NOTHING] == []
