"""Pages for people, plain HTML without scripts or anything fetched from elsewhere; and the error pages as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from genrekit.errors import ERROR_TABLE, ErrorKind

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}code,pre{background:#f2f2f2;padding:.1em .3em}pre{padding:.8em;overflow-x:auto}"
    "td,th{text-align:left;padding:.2em 1em .2em 0;vertical-align:top}a{color:#0b4f9c}"
)


def page(title: str, body: str) -> str:
    """A page with a title and a body of HTML."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>'


def home_page() -> str:
    """What this is, and a form to try it."""
    return page(
        "genrekit",
        "<h1>genrekit</h1><p>The genre of recorded music, with calibrated probabilities.</p>"
        '<form action="/v1/predictions" method="post" enctype="multipart/form-data">'
        '<label>Sound file <input type="file" name="file" required></label> <button>Tell its genre</button></form>'
        "<p>For programs:</p><pre>curl -F file=@song.mp3 ADDRESS/v1/predictions</pre>"
        '<p><a href="/docs">API</a> · <a href="/openapi.json">OpenAPI</a> · <a href="/v1/model">model</a> · '
        '<a href="/v1/limits">limits</a> · <a href="/errors/">errors</a> · <a href="/metrics">metrics</a></p>',
    )


def api_page(document: dict[str, Any]) -> str:
    """The OpenAPI document, to be read."""
    parts = ["<h1>API</h1>", '<p>For programs: <a href="/openapi.json">/openapi.json</a>.</p>']
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts.extend(_operation(path, method, operation))
    return page("genrekit API", "".join(parts))


def error_index() -> str:
    """All errors."""
    rows = "".join(
        f'<tr><td>{kind.http_status}</td><td><a href="/errors/{kind.name}">{kind.name}</a></td>'
        f"<td>{escape(kind.meaning)}</td></tr>"
        for kind in ERROR_TABLE
    )
    return page("Errors", f"<h1>Errors</h1><table>{rows}</table>")


def error_page(kind: ErrorKind) -> str:
    """One error."""
    return page(
        kind.name,
        f"<h1>{kind.name}</h1><p>{escape(kind.meaning)}</p><h2>What to do</h2><p>{escape(kind.hint)}</p>"
        f"<table><tr><th>Code</th><td>{kind.code}</td></tr><tr><th>HTTP status</th><td>{kind.http_status}</td></tr>"
        f"<tr><th>Exit status</th><td>{kind.exit_status}</td></tr></table>"
        '<p><a href="/errors/">All errors</a></p>',
    )


def error_markdown(kind: ErrorKind) -> str:
    """The same for the documentation."""
    return (
        f"# {kind.name}\n\n{kind.meaning}\n\n**What to do:** {kind.hint}\n\n"
        f"| Code | `{kind.code}` |\n|---|---|\n| HTTP status | {kind.http_status} |\n"
        f"| Exit status of a command | {kind.exit_status} |\n\n[All errors](index.md)\n"
    )


def error_index_markdown() -> str:
    """The list of all errors for the documentation."""
    rows = "".join(
        f"| `{kind.code}` | [{kind.name}]({kind.name}.md) | {kind.http_status} | {kind.meaning} |\n"
        for kind in ERROR_TABLE
    )
    intro = "The same table serves the command line (`genrekit explain`), the service and this page."
    return f"# Errors\n\n{intro}\n\n| Code | Name | HTTP | Meaning |\n|---|---|---|---|\n{rows}"


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    note = " (deprecated)" if operation.get("deprecated") else ""
    yield f"<h2><code>{method.upper()} {escape(path)}</code>{note}</h2>"
    yield f"<p>{escape(operation['summary'])}. {escape(operation.get('description', ''))}</p>"
    parameters = [item for item in operation.get("parameters", ()) if item["in"] != "path"]
    if parameters:
        rows = "".join(
            f"<tr><td><code>{escape(item['name'])}</code></td><td>{item['in']}</td>"
            f"<td>{escape(item.get('description', ''))}</td></tr>"
            for item in parameters
        )
        yield f"<table>{rows}</table>"
    types = operation.get("requestBody", {}).get("content", {})
    if types:
        yield f"<p>Body: {', '.join(f'<code>{escape(name)}</code>' for name in types)}.</p>"
    yield f"<table>{''.join(_statuses(operation['responses']))}</table>"


def _statuses(responses: dict[str, Any]) -> Iterator[str]:
    for status, response in sorted(responses.items()):
        examples = [name for media in response.get("content", {}).values() for name in media.get("examples", ())]
        links = ", ".join(f'<a href="/errors/{name}">{name}</a>' for name in examples)
        yield f"<tr><td>{status}</td><td>{links or escape(response['description'])}</td></tr>"
