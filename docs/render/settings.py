"""Every setting: of the service, of other doors by environment variables, of what is accepted, and of the training."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import fields
from typing import Annotated, Any, Literal

import msgspec
from markdown import attributes, code, page, summary, table

from genrekit.limits import Limits
from genrekit.pipeline.settings import Settings
from genrekit.service.settings import PREFIX, ServiceSettings

_SETTINGS = """
Every environment variable and every limit. The options of a command are in [command line](command-line.md), what
decides a training is in [params.yaml](params.md).
"""
_SERVICE = """
## The service

Each is a variable in the environment of `genrekit serve`; an option of the command, where there is one, goes before it.
`GET /v1/limits` tells what holds. A variable that names a setting and makes no sense ends the command with
[GK301](errors/bad-setting.md).
"""
_VARIABLES = (
    (
        "Where things are kept",
        (
            ("GENREKIT_STATE", "folder of what is remembered between runs: manifests of scans, journals, corrections"),
            ("XDG_STATE_HOME", "on Linux, where that folder and the service's lie if they are not named"),
            ("LOCALAPPDATA", "the same on Windows"),
            ("GENREKIT_DATA", "folder of the recordings that the training learns from, and tests compare with"),
        ),
    ),
    (
        "The web app",
        (
            ("API_URL", "address of a service that answers in the app's place"),
            ("API_KEY", "key, where that service asks for one"),
            ("GRADIO_SERVER_NAME", "address to bind to, if `--host` is not given"),
            ("GRADIO_SERVER_PORT", "port, if `--port` is not given"),
            ("GRADIO_ANALYTICS_ENABLED", "set to `False` by the app: nothing is told to anybody"),
        ),
    ),
    (
        "MLflow",
        (
            ("MLFLOW_TRACKING_URI", "server of runs and models; `work/mlflow.db` without"),
            ("MLFLOW_TRACKING_USERNAME", "its user"),
            ("MLFLOW_TRACKING_PASSWORD", "its password or token"),
            ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "how often it is asked again; 2 unless set"),
            ("MLFLOW_HTTP_REQUEST_TIMEOUT", "seconds for each try; 30 unless set"),
            ("MLFLOW_DISABLE_TELEMETRY", "`true` unless set"),
            ("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "`false` unless set"),
        ),
    ),
    (
        "Computing, and the terminal",
        (
            ("CLIPFEAT_PURE", "`1`: features are computed by NumPy alone, without the compiled kernel"),
            ("OPENBLAS_NUM_THREADS", "threads of NumPy's linear algebra; 1 unless set: files go side by side"),
            ("OMP_NUM_THREADS", "the same for other builds of it; 1 within the processes of a scan"),
            ("MKL_NUM_THREADS", "the same"),
            ("NO_COLOR", "no colours on the terminal"),
        ),
    ),
)  # fmt: skip
_PARAMS = """
What decides [a training by stages](../how-to/train-stage-by-stage.md): every key of `params.yaml`, with its type,
bounds and default. A key that is not known is refused, not ignored; what is left out has its default. DVC runs again
only the stages that a changed key belongs to.
"""
_OPTIONS = {"host": "--host", "port": "--port", "workers": "--workers", "queue": "--queue", "keys_file": "--keys",
            "allow_open": "--allow-open", "state_dir": "--state-dir", "artifact": "--artifact"}  # fmt: skip
_UNSET = {"artifact": "the one that ships", "state_dir": "in the user's state folder"}
_BOUNDS = {"ge": "at least {:g}", "gt": "above {:g}", "le": "at most {:g}", "lt": "below {:g}",
           "min_length": "at least {:g} of them", "pattern": "matches `{}`"}  # fmt: skip


def settings_page() -> str:
    """The page of environment variables and limits."""
    return page("Settings", _SETTINGS, [_SERVICE, _service(), *_variables(), *_limits()])


def _service() -> str:
    told = attributes(ServiceSettings)
    rows = [
        (code(PREFIX + field.name.upper()), _UNSET.get(field.name, _shown(field.default)), _words(told, field.name))
        for field in msgspec.structs.fields(ServiceSettings)
    ]
    return table(["variable", "default", ""], rows)


def _words(told: dict[str, str], name: str) -> str:
    option = f" (`{_OPTIONS[name]}`)" if name in _OPTIONS else ""
    return told[name].rstrip(".").removesuffix("; the one that ships if None") + option


def _variables() -> Iterator[str]:
    for title, rows in _VARIABLES:
        yield f"## {title}"
        yield table(["variable", ""], [(code(name), text) for name, text in rows])


def _limits() -> Iterator[str]:
    told = attributes(Limits)
    yield "## What is accepted"
    yield (
        "In Python, `genrekit.limits.Limits` is handed to `Predictor.load(limits=...)`; the service and "
        "`genrekit scan` set their own from the variables and options above."
    )
    rows = [(code(field.name), _shown(field.default), told[field.name].rstrip(".")) for field in fields(Limits)]
    yield table(["limit", "default", ""], rows)


def params_page() -> str:
    """The page of the keys of ``params.yaml``."""
    parts = [
        part
        for field in msgspec.structs.fields(Settings)
        for part in (f"## {field.name}", summary(field.type), table(_KEYS, _keys(field.type, f"{field.name}.")))
    ]
    return page("params.yaml", _PARAMS, parts)


_KEYS = ["key", "type", "default", ""]


def _keys(section: Any, place: str) -> Iterator[tuple[str, str, str, str]]:
    told = attributes(section)
    hints = typing.get_type_hints(section, include_extras=True)
    for field in msgspec.structs.fields(section):
        kind = hints[field.name]
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from _keys(kind, f"{place}{field.name}.")
        else:
            text = told.get(field.name, "").rstrip(".")
            yield code(f"{place}{field.name}"), _type(kind), _shown(field.default), text


def _type(kind: Any) -> str:
    if typing.get_origin(kind) is Annotated:
        base, *notes = typing.get_args(kind)
        bounds = [
            words.format(value)
            for note in notes
            for key, words in _BOUNDS.items()
            if (value := getattr(note, key, None)) is not None
        ]
        return ", ".join([_type(base), *bounds])
    if typing.get_origin(kind) is Literal:
        return " or ".join(map(code, typing.get_args(kind)))
    if typing.get_origin(kind) is tuple:
        return "list of texts"
    return {int: "whole number", float: "number", str: "text", bool: "true or false"}[kind]


def _shown(value: object) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return code(str(value).lower())
    if isinstance(value, tuple):
        return code(f"[{', '.join(map(str, value))}]")
    if isinstance(value, float):
        return code(f"{value:.15g}")
    return code(value)
