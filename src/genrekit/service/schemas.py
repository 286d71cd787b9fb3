"""What the API documents of itself: schemas from the wire records, and an example for every status of every route."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from genrekit import errors, wire
from genrekit.errors import ErrorKind
from genrekit.service.problems import MEDIA_TYPE, make_problem

_REF: Final = "#/components/schemas/{name}"
_RECORDS: Final = (wire.AnswerRecord, wire.ModelRecord, wire.LimitsRecord, wire.JobRecord, wire.Problem)
LEGACY: Final = "/predict/music"
EXAMPLE_ID: Final = "5e0d7a6c1f9b4c3e8a2d6b7f0c1e2d3a"

_PROBA: Final = MappingProxyType({"blues": 0.05, "jazz": 0.9, "rock": 0.05})
ANSWER: Final = wire.AnswerRecord(
    path="song.mp3",
    genre="jazz",
    unsure=False,
    proba=dict(_PROBA),
    duration=30.0,
    warnings=[],
    artifact_id="0123456789abcdef",
    top=[wire.Candidate("jazz", 0.9), wire.Candidate("blues", 0.05)],
    genrekit="0.1.0",
    request_id=EXAMPLE_ID,
)
JOB: Final = wire.JobRecord(
    id="Zk3Jx0p7Qm2v9sT1uYwAbg",
    state="queued",
    created=1_790_000_000.0,
    expires=1_790_086_400.0,
    files=[wire.JobFile("song.mp3", "queued")],
)
MODEL: Final = wire.ModelRecord(
    artifact_id="0123456789abcdef",
    genrekit="0.1.0",
    genres=["blues", "jazz", "rock"],
    members={"forest": 1.0},
    views={"level_dbfs": -17.0, "embedding": None, "tabular": None},
    clip_seconds=3.0,
    unsure_below=0.5,
    metrics={},
    provenance={},
)
LIMITS: Final = wire.LimitsRecord(
    upload_bytes=67_108_864,
    samples_bytes=33_554_432,
    job_bytes=268_435_456,
    job_files=100,
    min_seconds=1.0,
    max_seconds=900.0,
    job_max_seconds=3600.0,
    max_channels=64,
    body_seconds=30.0,
    request_seconds=60.0,
    requests_held=18,
    quota_per_minute=0,
)

_ADMISSION: Final = (
    errors.UNAUTHORIZED, errors.BODY_TIMEOUT, errors.BODY_TOO_LARGE, errors.UNSUPPORTED_TYPE, errors.MALFORMED,
    errors.QUOTA_SPENT, errors.OVERLOADED, errors.NOT_READY,
)  # fmt: skip
_SOUND: Final = (
    errors.TOO_SHORT, errors.SILENT, errors.TOO_LONG, errors.TOO_MANY_CHANNELS, errors.EMPTY, errors.CORRUPT,
    errors.NOT_FINITE, errors.TIME_LIMIT, errors.DECODER_ENDED,
)  # fmt: skip
PREDICTION_ERRORS: Final = (*_ADMISSION, *_SOUND, errors.NOT_AUDIO)
SAMPLES_ERRORS: Final = (
    *_ADMISSION, errors.TOO_SHORT, errors.SILENT, errors.TOO_LONG, errors.TOO_MANY_CHANNELS, errors.EMPTY,
    errors.BAD_SAMPLES, errors.TOO_LARGE,
)  # fmt: skip
JOB_ERRORS: Final = (*_ADMISSION, errors.KEY_REUSED)
JOB_READ_ERRORS: Final = (errors.UNAUTHORIZED, errors.NOT_FOUND)

AUDIO_BODY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "additionalProperties": False,
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                },
                "audio/*": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    }
)
JOB_BODY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["files"],
                        "additionalProperties": False,
                        "properties": {
                            "files": {
                                "type": "array",
                                "minItems": 1,
                                "items": {"type": "string", "format": "binary"},
                            }
                        },
                    }
                }
            },
        }
    }
)
_NUMBERS: Final = MappingProxyType({"type": "array", "items": {"type": "number"}})
SAMPLES_BODY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["samples", "sample_rate"],
                        "additionalProperties": False,
                        "properties": {
                            "samples": {
                                "description": "Full scale at 1: one number a frame, or one list of channels a frame.",
                                "oneOf": [dict(_NUMBERS), {"type": "array", "items": dict(_NUMBERS)}],
                            },
                            "sample_rate": {"type": "integer", "description": "[Hz]"},
                        },
                    }
                }
            },
        }
    }
)
LEGACY_BODY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["audios"],
                        "properties": {
                            "audios": dict(_NUMBERS),
                            "gtzan_model": {"type": "string", "enum": ["Random Forest", "Gaussian NB"]},
                            "mfcc_model": {"type": "string", "enum": ["CNN"]},
                            "sample_rate": {"type": "integer", "default": 22_050, "description": "[Hz]"},
                        },
                    }
                }
            },
        }
    }
)


def responses(
    status: int, record: msgspec.Struct, kinds: tuple[ErrorKind, ...], path: str
) -> dict[int | str, dict[str, Any]]:
    """The responses of a route: its success and its errors, each with an example.

    Args:
        status: of success.
        record: an example of success; its type gives the schema.
        kinds: of the errors.
        path: of the route.
    """
    name = type(record).__name__
    success = {"schema": _ref(name), "example": msgspec.to_builtins(record)}
    return {status: {"description": "The answer.", "content": {"application/json": success}}} | problems(kinds, path)


def problems(kinds: tuple[ErrorKind, ...], path: str) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, by status, with one example for each code."""
    documented: dict[int | str, dict[str, Any]] = {}
    for status in sorted({kind.http_status for kind in kinds}):
        same = [kind for kind in kinds if kind.http_status == status]
        examples = {kind.name: {"summary": kind.meaning, "value": _example(kind, path)} for kind in same}
        documented[status] = {
            "description": " ".join(kind.meaning for kind in same),
            "content": {MEDIA_TYPE: {"schema": _ref("Problem"), "examples": examples}},
        }
    return documented


def complete_openapi(document: dict[str, Any]) -> dict[str, Any]:
    """The document that FastAPI draws up, with our schemas in the place of those that it adds by itself."""
    _, components = msgspec.json.schema_components(_RECORDS, ref_template=_REF)
    document.setdefault("components", {})["schemas"] = components
    for operations in document["paths"].values():
        for operation in operations.values():
            if "HTTPValidationError" in str(operation["responses"].get("422", "")):
                del operation["responses"]["422"]
    return document


def _example(kind: ErrorKind, path: str) -> dict[str, Any]:
    problem = make_problem(kind, f"request: {kind.meaning}", EXAMPLE_ID, path)
    example: dict[str, Any] = msgspec.to_builtins(problem)
    return example


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(name=name)}


LEGACY_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The genre's name.",
        "content": {"application/json": {"schema": {"type": "string"}, "example": "hip hop"}},
    },
    **problems(SAMPLES_ERRORS, LEGACY),
}
