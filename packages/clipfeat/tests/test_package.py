"""The package as a whole: names, version, types, what an import costs."""

import re
import subprocess
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

import clipfeat


def test_version_is_that_of_the_distribution() -> None:
    assert clipfeat.__version__ == version("clipfeat")


def test_every_public_name_exists_and_is_documented() -> None:
    for name in clipfeat.__all__:
        value = getattr(clipfeat, name)
        if callable(value):
            assert value.__doc__, name


def test_the_readme_names_every_public_function() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    if not readme.exists():
        pytest.skip("the README is not beside the tests")
    text = readme.read_text(encoding="utf-8")
    missing = [name for name in clipfeat.__all__ if not name.startswith("_") and f"`{name}" not in text]
    assert missing == []


def test_types_are_shipped() -> None:
    assert files("clipfeat").joinpath("py.typed").is_file()


def test_changelog_has_an_entry_for_this_version() -> None:
    changelog = Path(__file__).parents[1] / "CHANGELOG.md"
    if not changelog.exists():
        pytest.skip("the changelog is not beside the tests")
    assert re.search(rf"^## {re.escape(clipfeat.__version__)}\b", changelog.read_text(encoding="utf-8"), re.MULTILINE)


def test_features_need_neither_decoders_nor_anything_heavy() -> None:
    code = (
        "import sys, numpy, clipfeat\n"
        "clipfeat.extract_tabular(numpy.zeros(5000)); clipfeat.extract_mfcc(numpy.zeros(5000))\n"
        "clipfeat.resample(numpy.zeros(5000, numpy.float32), 44100, 22050)\n"
        "heavy = {'soundfile', 'av', 'scipy', 'librosa', 'numba', 'pandas', 'pyarrow', 'soxr', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
