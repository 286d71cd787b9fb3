"""The tests mirror the sources: who looks for a module's proof finds it under the same name."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src"
TESTS = ROOT / "tests"
# What is tested as a whole, through its doors, has no single module to mirror.
WHOLE = {"behaviour", "browser", "contracts", "faults", "fuzz", "smoke", "stack"}


def modules() -> list[Path]:
    """Every module but the `__init__` files, which only gather names."""
    return sorted(path.relative_to(SOURCES) for path in SOURCES.rglob("*.py") if path.name != "__init__.py")


def mirrors() -> list[Path]:
    found = (path.relative_to(TESTS) for path in TESTS.rglob("test_*.py"))
    return sorted(path for path in found if path.parts[0] not in WHOLE and path.name != Path(__file__).name)


def mirror_of(module: Path) -> Path:
    """Where the test of a module lies: ``genrekit/steps/clips.py`` has ``steps/test_clips.py``."""
    inside = module.relative_to("genrekit") if module.parts[0] == "genrekit" else module
    return inside.with_name(f"test_{inside.stem.strip('_')}.py")


@pytest.mark.parametrize("module", modules(), ids=str)
def test_every_module_has_its_test(module: Path) -> None:
    assert (TESTS / mirror_of(module)).is_file(), f"tests/{mirror_of(module)} is missing"


@pytest.mark.parametrize("test", mirrors(), ids=str)
def test_every_test_has_its_module(test: Path) -> None:
    assert test in {mirror_of(module) for module in modules()}, f"tests/{test} mirrors no module"
