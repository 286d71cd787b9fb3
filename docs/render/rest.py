"""The service's addresses, from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markdown import code, page, table

from genrekit.service.app import create_service
from genrekit.service.settings import ServiceSettings
from genrekit.service.tracing import make_tracing

_INTRO = """
What the service answers, rendered from its own OpenAPI document; a running service gives the same at `/openapi.json`,
and for people at `/docs`. [Run the service](../how-to/run-the-service.md) has examples for `curl`.

Where the service asks for keys, every request but those for `/healthz`, `/readyz` and `/errors/` carries
`Authorization: Bearer KEY`. Every refusal is a problem by RFC 9457 (`application/problem+json`) with a stable `code`;
each name below leads to its page. Every answer has the header `X-Request-Id`.
"""


def document() -> dict[str, Any]:
    """The OpenAPI document of a service as it is without further settings; nothing is started."""
    found: dict[str, Any] = create_service(ServiceSettings(), Path(), make_tracing("")).app.openapi()
    return found


def rest_page() -> str:
    """The page of all addresses."""
    described = document()
    parts = [
        part
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        for part in _operation(method, path, operation)
    ]
    records = [_record(name, schema) for name, schema in sorted(described["components"]["schemas"].items())]
    return page("REST", _INTRO, [*parts, "## Records", *records])


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    note = " (deprecated)" if operation.get("deprecated") else ""
    yield f"## {method.upper()} {path}{note}"
    yield f"{operation['summary'].rstrip('.')}. {operation.get('description', '')}"
    parameters = operation.get("parameters", ())
    if parameters:
        rows = [
            (code(item["name"]), item["in"], _type(item["schema"]), item.get("description", ""))
            for item in parameters
        ]  # fmt: skip
        yield table(["parameter", "in", "type", ""], rows)
    if bodies := operation.get("requestBody", {}).get("content", {}):
        yield table(["body", "fields"], [(code(kind), _fields(body["schema"])) for kind, body in bodies.items()])
    yield table(["status", ""], [(status, _answer(found)) for status, found in sorted(operation["responses"].items())])
    yield from _example(operation["responses"])


def _answer(response: dict[str, Any]) -> str:
    found = []
    for kind, media in response.get("content", {}).items():
        names = list(media.get("examples", ()))
        links = ", ".join(f"[{name}](errors/{name}.md)" for name in names)
        schema = _type(media["schema"]) if "schema" in media else ""
        found.append(links or f"{schema} as {code(kind)}".strip())
    return "; ".join(found) or response["description"]


def _example(responses: dict[str, Any]) -> Iterator[str]:
    for status, response in sorted(responses.items()):
        media = response.get("content", {}).get("application/json", {})
        if status.startswith("2") and "example" in media:
            text = json.dumps(media["example"], indent=2, ensure_ascii=False)
            yield f"An answer:\n\n```json\n{text}\n```"


def _fields(schema: dict[str, Any]) -> str:
    if schema.get("type") != "object":
        return _type(schema)
    needed = set(schema.get("required", ()))
    return ", ".join(
        f"{code(name)} ({_type(field)}{'' if name in needed else ', may be left out'})"
        for name, field in schema["properties"].items()
    )


def _record(name: str, schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    rows = [
        (code(field), _type(kind), "" if field in needed else "may be left out")
        for field, kind in schema["properties"].items()
    ]
    text = " ".join(schema.get("description", "").replace("``", "`").split())
    return f"### {name}\n\n{text}\n\n{table(['field', 'type', ''], rows)}"


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return " or ".join(code(value) for value in schema["enum"])
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_type(option) for option in options if option.get("type") != "null"))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return _plain_type(schema)


def _plain_type(schema: dict[str, Any]) -> str:
    if schema.get("format") == "binary":
        return "bytes"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"{_type(schema['additionalProperties'])} by name"
    bounds = [f"{word} {schema[key]:g}" for key, word in _BOUNDS.items() if key in schema]
    return " ".join([str(schema.get("type", "anything")), *bounds])


_BOUNDS = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}
