"""What a user can name is in the documentation: every public name, option, error code, variable and key."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
import yaml

import clipfeat
import clipfeat.cli
import genrekit
from genrekit import client
from genrekit.cli.app import app
from genrekit.errors import ERROR_TABLE
from genrekit.pipeline.settings import Settings
from genrekit.service.settings import PREFIX, ServiceSettings
from tests.contracts.markdown_links import anchors, links, local_target

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
SOURCES = [ROOT / "src", ROOT / "packages" / "clipfeat" / "src"]
PAGES = sorted(DOCS.rglob("*.md"))
# The form of a decision is for those who write one.
NO_PAGE = {"decisions/0000-template.md"}


def text(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


def public(module: Any, names: list[str]) -> list[str]:
    return [f"{module.__name__}.{name}" for name in names]


def commands(group: Any, words: tuple[str, ...] = ("genrekit",)) -> Iterator[tuple[str, list[str]]]:
    """Every command with its options."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            opts = [option for item in command.params for option in item.opts if option.startswith("-")]
            yield " ".join((*words, name)), opts


def variables() -> set[str]:
    """Names of environment variables that the sources look up or set."""
    found: set[str] = set()
    for path in (path for folder in SOURCES for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {name for name in named(node) if re.fullmatch(r"[A-Z][A-Z0-9_]+", name)}
    return found


def named(node: ast.AST) -> Iterator[str]:
    """The text in ``environ.get("X")``, ``environ["X"]`` and the like."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        where, arguments = node.func.value, node.args[:1]
    elif isinstance(node, ast.Subscript):
        where, arguments = node.value, [node.slice]
    else:
        return
    if "environ" in ast.unparse(where):
        yield from (item.value for item in arguments if isinstance(item, ast.Constant) and isinstance(item.value, str))


def keys(section: Any, place: str = "") -> Iterator[str]:
    """Dotted keys of ``params.yaml``."""
    for field in msgspec.structs.fields(section):
        kind = field.type
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from keys(kind, f"{place}{field.name}.")
        else:
            yield f"{place}{field.name}"


def navigation(entries: Any) -> Iterator[str]:
    """The pages that `mkdocs.yml` lists."""
    if isinstance(entries, str):
        yield entries
    elif isinstance(entries, dict):
        yield from navigation(list(entries.values()))
    else:
        for entry in entries:
            yield from navigation(entry)


@pytest.mark.parametrize("name", public(genrekit, genrekit.__all__))
def test_every_public_name_of_genrekit_is_described(name: str) -> None:
    described = f"`{name}`" if name.endswith("__version__") else f"\n::: {name}\n"
    assert described in text("python.md")


@pytest.mark.parametrize("name", public(clipfeat, clipfeat.__all__))
def test_every_public_name_of_clipfeat_is_described(name: str) -> None:
    page = text("clipfeat.md")
    assert f"\n::: {name}\n" in page or f"`{name}`" in page


def test_every_kind_of_picture_is_described() -> None:
    kinds = [
        path.stem for path in (ROOT / "src/genrekit/plots").glob("*.py") if "\ndef draw(" in path.read_text("utf-8")
    ]
    assert len(kinds) > 7
    assert [kind for kind in sorted(kinds) if f"\n::: genrekit.plots.{kind}\n" not in text("plots.md")] == []


def test_the_client_and_the_records_that_it_answers_are_described() -> None:
    answers = {
        hint.rpartition(".")[2]
        for function in vars(client.Client).values()
        if hasattr(function, "__annotations__")
        for hint in [str(function.__annotations__.get("return", ""))]
        if hint.endswith("Record")
    }
    assert answers >= {"AnswerRecord", "JobRecord"}
    assert all(f"\n::: genrekit.wire.{name}\n" in text("client.md") for name in answers)
    assert "\n::: genrekit.client.Client\n" in text("client.md")


@pytest.mark.parametrize(("command", "options"), list(commands(typer.main.get_command(app))), ids=str)
def test_every_command_and_option_is_described(command: str, options: list[str]) -> None:
    section = re.search(rf"^## {command}$(.*?)(?=^## |\Z)", text("command-line.md"), re.MULTILINE | re.DOTALL)
    assert section, command
    assert [option for option in options if f"`{option}" not in section[1]] == []


def test_every_option_of_clipfeat_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        clipfeat.cli.main(["--help"])
    options = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", capsys.readouterr().out))
    section = text("command-line.md").partition("\n## clipfeat\n")[2]
    assert {"-o", "--recipe", "--version"} <= options
    assert [option for option in sorted(options) if f"`{option}" not in section] == []


def test_every_option_and_setting_of_the_beets_plugin_is_described() -> None:
    source = (ROOT / "src" / "beetsplug" / "genrekit.py").read_text(encoding="utf-8")
    page = (DOCS / "how-to" / "use-with-beets.md").read_text(encoding="utf-8")
    settings = re.findall(r'^                "(\w+)":', source, re.MULTILINE)
    options = re.findall(r'add_option\("-\w", "(--\w+)"', source)
    assert settings
    assert options
    assert [name for name in settings if f"    {name}: " not in page] == []
    assert [name for name in options if f"`{name}`" not in page] == []


@pytest.mark.parametrize("kind", ERROR_TABLE, ids=lambda kind: kind.code)
def test_every_error_has_its_page_and_its_line(kind: Any) -> None:
    assert f"`{kind.code}`" in text(f"errors/{kind.name}.md")
    assert f"| `{kind.code}` | [{kind.name}]({kind.name}.md) |" in text("errors/index.md")


def test_every_setting_of_the_service_is_described() -> None:
    names = [PREFIX + name.upper() for name in ServiceSettings.__struct_fields__]
    assert [name for name in names if f"| `{name}` |" not in text("settings.md")] == []


def test_every_environment_variable_is_described() -> None:
    found = variables()
    assert {"GENREKIT_STATE", "API_URL", "CLIPFEAT_PURE", "MLFLOW_TRACKING_URI"} <= found
    assert [name for name in sorted(found) if f"| `{name}` |" not in text("settings.md")] == []


def test_every_key_of_the_training_is_described() -> None:
    assert [key for key in keys(Settings) if f"| `{key}` |" not in text("params.md")] == []


@pytest.mark.skipif(find_spec("fastapi") is None, reason='the extra "api" is not installed')
def test_rendered_pages_and_pictures_are_those_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "render"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_is_in_the_navigation_once() -> None:
    listed = list(navigation(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    assert sorted(listed) == sorted({name_of(page) for page in PAGES} - NO_PAGE)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        target = local_target(page, link)
        if target is None:
            continue
        path, anchor = target
        assert path.exists(), f"{link}: there is no {path.name}"
        # The site holds what lies below docs/ and nothing else.
        assert page.parent == ROOT or path.is_relative_to(DOCS.resolve()), f"{link}: leads out of the site"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{link}: no such heading"
