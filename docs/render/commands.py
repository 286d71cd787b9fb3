"""The commands and their options, from the commands themselves."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Sequence
from enum import Enum
from types import UnionType
from typing import Any

import typer
from markdown import code, page, table

from clipfeat.cli import _parser  # the one description of the command
from genrekit.cli.app import app

_INTRO = """
What `genrekit --help` and `genrekit COMMAND --help` tell. Data goes to standard output, narration and progress to
standard error, and progress is only shown on a terminal. The environment variable `NO_COLOR` takes the colours away.

| exit status | |
| --- | --- |
| 0 | all answered |
| 1 | some files failed; they are listed last, and the others are answered all the same |
| 2 | an option, a setting or an extra is wrong or missing |
| 3 | the artifact is refused |
| 130 | interrupted |

An error ends with its code: `genrekit explain GK106` tells what it means, and so does its [page](errors/index.md).
"""
_WORDS = {"int": "NUMBER", "float": "NUMBER", "str": "TEXT", "Path": "FILE"}


def command_page() -> str:
    """The page of all commands."""
    root = typer.main.get_command(app)
    parts = [_root(root), *_commands(root), _clipfeat()]
    return page("Command line", _INTRO, parts)


def leaves(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


def _root(root: Any) -> str:
    rows = [(f"[`genrekit {' '.join(path)}`](#genrekit-{'-'.join(path)})", _first(command.help))
            for path, command in leaves(root)]  # fmt: skip
    options = [_row(option, {"version": bool}) for option in root.params]
    return f"{table(['command', ''], rows)}\n{table(['option of genrekit itself', ''], _plain(options))}"


def _plain(rows: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, text, _ in rows]


def _commands(root: Any) -> Iterator[str]:
    for path, command in leaves(root):
        types = typing.get_type_hints(command.callback)
        arguments = " ".join(_usage(item) for item in command.params if not item.opts[0].startswith("-"))
        usage = " ".join(part for part in ("genrekit", *path, "[OPTIONS]", arguments) if part)
        rows = [_row(item, types) for item in command.params]
        yield f"## genrekit {' '.join(path)}"
        yield _help(command.help)
        yield f"```text\n{usage}\n```"
        yield table(["argument or option", "", "default"], rows)


def _usage(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _row(item: Any, types: dict[str, Any]) -> tuple[str, str, str]:
    if not item.opts[0].startswith("-"):
        return code(item.metavar or item.name.upper()), item.help or "", "" if item.required else "none"
    value = "" if item.is_flag else _value(item, types[item.name])
    return _named(item.opts, value), _bounded(item), _default(item)


def _named(names: Sequence[str], value: str) -> str:
    """An option's names, the last one with its value; a bar would end a cell."""
    if "|" in value:
        return f"{', '.join(map(code, names))} {' or '.join(map(code, value.split('|')))}"
    *others, last = names
    return ", ".join(map(code, [*others, f"{last} {value}".rstrip()]))


def _value(item: Any, kind: Any) -> str:
    if item.metavar:
        return str(item.metavar)
    if isinstance(kind, UnionType):
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(member.value) for member in kind)
    return _WORDS[kind.__name__]


def _bounded(item: Any) -> str:
    low, high = getattr(item, "min", None), getattr(item, "max", None)
    if low is None and high is None:
        return str(item.help)
    bounds = f"{low:g} to {high:g}" if None not in (low, high) else f"at least {low:g}"
    return f"{item.help} ({bounds})"


def _default(item: Any) -> str:
    if isinstance(item.show_default, str):
        return item.show_default
    if item.required:
        return "must be given"
    if item.default is None or item.is_flag:
        return ""
    value = item.default.value if isinstance(item.default, Enum) else item.default
    return code(f"{value:g}" if isinstance(value, float) else value)


def _first(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())


def _help(text: str) -> str:
    """The words of a command: paragraphs; an example as code."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]
    return "\n\n".join(re.sub(r"^Example: (.*)$", r"Example:\n\n```sh\n\1\n```", text) for text in paragraphs)


def _clipfeat() -> str:
    rows = []
    for action in _parser()._actions:
        value = "" if action.nargs == 0 else action.dest.upper()
        name = _named(action.option_strings, value) if action.option_strings else code(f"{action.metavar}...")
        rows.append((name, (action.help or "").replace("%(prog)s", "clipfeat")))
    text = (
        "The command of [clipfeat](clipfeat.md): the classic features of sound files, one row a clip, as CSV, Parquet "
        "or npz. An interrupted run goes on where it stopped when the same command is given again."
    )
    usage = "```text\nclipfeat [OPTIONS] PATH...\n```"
    return f"## clipfeat\n\n{text}\n\n{usage}\n\n{table(['argument or option', ''], rows)}"
