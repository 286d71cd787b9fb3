"""The check of the built site finds what it is there to find; `make docs` runs it on the real one."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[2] / "docs" / "check_site.py"
GOOD = """<!doctype html><html><head><link rel="stylesheet" href="main.css"><link rel="canonical" href="https://a.example/">
</head><body id="top"><h1 id="first">One</h1><a href="other.html#second">two</a><a href="#first">one</a>
<a href="https://elsewhere.example/page">elsewhere</a><img src="picture.svg" alt=""></body></html>"""


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_site", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(GOOD)
    (tmp_path / "other.html").write_text('<h2 id="second">Two</h2><a href="index.html">back</a><a href=".">home</a>')
    (tmp_path / "main.css").write_text("body { background: url(picture.svg) } i { mask: url(data:image/svg+xml,x) }")
    (tmp_path / "picture.svg").write_text("<svg/>")
    return tmp_path


def test_a_good_site_has_no_fault(check: ModuleType, site: Path) -> None:
    assert list(check.faults(site)) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ('<script src="https://cdn.example/x.js"></script>', "index.html: fetches https://cdn.example/x.js"),
        ('<link rel="stylesheet" href="//fonts.example/a.css">', "index.html: fetches //fonts.example/a.css"),
        ('<link rel="preconnect" href="https://fonts.example">', "index.html: fetches https://fonts.example"),
        ('<img src="http://images.example/a.png">', "index.html: fetches http://images.example/a.png"),
        ("<style>@import 'https://a.example/b.css';</style>", "index.html: fetches https://a.example/b.css"),
        ('<p style="background: url(https://a.example/b.png)">', "index.html: fetches https://a.example/b.png"),
        ('<pre class="mermaid">graph</pre>', "index.html: fetches //mermaid"),
        ('<img src="none.png">', "index.html: none.png is not there"),
        ('<a href="none.html">x</a>', "index.html: none.html leads nowhere"),
        ('<a href="other.html#third">x</a>', "index.html: other.html#third: there is no such place on that page"),
        ('<a href="#third">x</a>', "index.html: #third: there is no such place on that page"),
    ],
)
def test_a_fault_is_named(check: ModuleType, site: Path, fault: str, told: str) -> None:
    (site / "index.html").write_text(GOOD.replace("</body>", f"{fault}</body>"))
    assert list(check.faults(site)) == [told]


def test_a_font_from_elsewhere_in_a_style_sheet_is_named(check: ModuleType, site: Path) -> None:
    (site / "main.css").write_text("@font-face { src: url('https://fonts.example/a.woff2') }")
    assert list(check.faults(site)) == ["main.css: fetches https://fonts.example/a.woff2"]


def test_an_empty_folder_is_no_site(check: ModuleType, tmp_path: Path) -> None:
    assert len(list(check.faults(tmp_path))) == 1
