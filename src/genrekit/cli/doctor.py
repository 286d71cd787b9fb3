"""``genrekit doctor``: does everything work here? A report without private paths, to paste into an issue."""

from __future__ import annotations

import io
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

import clipfeat
from genrekit import __version__
from genrekit.artifact import SHIPPED, read_artifact
from genrekit.cli.console import stdout_console
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.state import state_folder
from genrekit.errors import AudioError, GenrekitError
from genrekit.predictor import Predictor

_LIBRARIES: Final = "clipfeat numpy onnxruntime soundfile av mutagen beets distributed pyarrow fastapi gradio".split()
_RATE: Final = 22_050
_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: of the check.
        passed: whether all is well.
        finding: what was found, in words.
    """

    name: str
    passed: bool
    finding: str


def run(artifact: Path | None, *, as_json: bool) -> int:
    """Look at everything, and tell.

    Returns:
        Exit status: 0 if all is well, 1 otherwise.
    """
    checks = [_checked(name, look) for name, look in _checks(artifact)]
    if as_json:
        print(msgspec.json.encode(checks).decode())
    else:
        _show(checks)
    return 0 if all(check.passed for check in checks) else 1


def _checks(artifact: Path | None) -> list[tuple[str, Callable[[], str]]]:
    return [
        ("system", _system),
        ("libraries", _libraries),
        ("kernel", clipfeat.kernel_name),
        ("decoders", _decoders),
        ("artifact", lambda: _artifact(artifact)),
        ("speed", lambda: _speed(artifact)),
        ("state folder", _state),
        ("temporary folder", _temporary),
    ]


def _checked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, _without_paths(look()))
    except GenrekitError as error:
        return Check(name, False, _without_paths(f"{error.kind.code} {error}"))
    except Exception as error:  # noqa: BLE001 - whatever is broken here is what the report is for
        return Check(name, False, _without_paths(f"{type(error).__name__}: {error}"))


def _without_paths(text: str) -> str:
    """Text in which folders that name a person are only hinted at."""
    hidden = {os.path.realpath(tempfile.gettempdir()): "<temp>", str(state_folder()): "<state>"}
    hidden |= {str(Path(__file__).parents[2]): "<installation>", sys.prefix: "<python>", str(Path.cwd()): "<here>"}
    hidden[str(Path.home())] = "~"
    # Longer ones first: one may lie inside the other.
    for folder in sorted(hidden, key=len, reverse=True):
        text = text.replace(folder, hidden[folder]) if len(folder) > 1 else text
    return text


def _system() -> str:
    cores = os.cpu_count()
    python = f"Python {platform.python_version()} ({platform.python_implementation()})"
    return f"genrekit {__version__}, {python}, {platform.system()} {platform.machine()}, {cores} cores"


def _libraries() -> str:
    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} -")
    return ", ".join(found)


def _music() -> clipfeat.Audio:
    """Ten seconds of a chord and a beat, made here: what the checks hear."""
    time_axis = np.arange(_SECONDS * _RATE) / _RATE
    chord = sum(np.sin(2 * np.pi * pitch * time_axis) for pitch in (220.0, 277.2, 329.6))
    beat = np.exp(-20 * (time_axis % 0.5)) * np.sin(2 * np.pi * 80 * time_axis)
    return clipfeat.Audio((0.1 * chord + 0.3 * beat).astype(np.float32), _RATE, 1, ())


def _decoders() -> str:
    """Encode the music in several formats and decode it again."""
    import soundfile

    music, good = _music(), []
    for name in ("WAV", "FLAC", "OGG", "MP3", "AIFF"):
        file = io.BytesIO()
        soundfile.write(file, music.samples, _RATE, format=name)
        file.seek(0)
        seconds = len(clipfeat.decode(file).samples) / _RATE
        if abs(seconds - _SECONDS) > 0.2:
            raise ValueError(f"{name}: {seconds:.2f} s of {_SECONDS} s came back")
        good.append(name.lower())
    try:
        import av

        others = sorted({"aac", "opus", "wmav2", "alac"} & av.codecs_available)
    except ImportError:
        others = []
    return f"{', '.join(good)} encoded and decoded; for other formats: {', '.join(others) or 'no decoder'}"


def _artifact(folder: Path | None) -> str:
    artifact = read_artifact(SHIPPED if folder is None else folder)
    return f"{artifact.id}, protocol {artifact.manifest.protocol}, {len(artifact.manifest.genres)} genres, verified"


def _speed(folder: Path | None) -> str:
    start = time.perf_counter()
    predictor = Predictor.load(folder)
    loaded = time.perf_counter()
    music = _music()
    try:
        first = predictor.predict_samples(music.samples, _RATE)
    except AudioError as error:
        raise ValueError(f"no answer to sound made here: {error}") from error
    answered = time.perf_counter()
    if predictor.predict_samples(music.samples, _RATE) != first:
        raise ValueError("the same sound got two answers")
    again = time.perf_counter()
    return (
        f"{loaded - start:.2f} s to load, {answered - loaded:.2f} s for the first answer, "
        f"{again - answered:.2f} s for the next ({_SECONDS} s of sound), the same answer twice"
    )


def _state() -> str:
    folder = state_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as inside, opened_manifest(Path(inside) / "check.sqlite") as manifest:
        manifest.begin_run()
    return "can be written, and holds a database"


def _temporary() -> str:
    with tempfile.TemporaryFile() as file:
        file.write(bytes(2**20))
    return "can be written"


def _show(checks: list[Check]) -> None:
    for check in checks:
        stdout_console().print(f"{'ok  ' if check.passed else 'FAIL'} {check.name}: {check.finding}", markup=False)
