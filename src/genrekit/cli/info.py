"""``genrekit info``: what is installed, which artifact answers, and what it reaches."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec
from rich.table import Table

import clipfeat
from genrekit import __version__
from genrekit.artifact import SHIPPED, Artifact, read_artifact
from genrekit.cli.console import stdout_console

# The module by which each extra of the distribution is recognised.
_EXTRAS: Final = MappingProxyType(
    {
        "api": "fastapi",
        "beets": "beets",
        "dask": "distributed",
        "plots": "matplotlib",
        "tag": "mutagen",
        "train": "skl2onnx",
        "webapp": "gradio",
    }
)
_LIBRARIES: Final = ("clipfeat", "numpy", "onnxruntime", "soundfile", "av")


def run(folder: Path | None, *, as_json: bool) -> int:
    """Print what is installed and what answers.

    Raises:
        ArtifactError: the artifact is refused.
    """
    facts = _facts(read_artifact(SHIPPED if folder is None else folder))
    if as_json:
        print(msgspec.json.encode(facts).decode())
        return 0
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for name, value in facts.items():
        table.add_row(name, _text(value))
    stdout_console().print(table)
    return 0


def _facts(artifact: Artifact) -> dict[str, Any]:
    manifest = artifact.manifest
    return {
        "genrekit": __version__,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "kernel": clipfeat.kernel_name(),
        "extras": {name: find_spec(module) is not None for name, module in _EXTRAS.items()},
        "artifact": artifact.id,
        "protocol": manifest.protocol,
        "genres": list(manifest.genres),
        "members": {member.name: member.weight for member in manifest.members},
        "unsure below": manifest.unsure_below,
        "reaches": manifest.metrics,
        "made of": manifest.provenance,
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "\n".join(f"{name} {_text(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:.3f}" if isinstance(value, float) else str(value)
