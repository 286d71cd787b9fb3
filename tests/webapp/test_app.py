from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="the extra webapp is not installed: no page")

from genrekit.errors import SettingsError
from genrekit.webapp.app import Options, build, launch_options, library_of, read_options
from genrekit.webapp.asking import ask_service
from genrekit.webapp.folder import WorkFolder
from tests.webapp.showing import asking_for, made_prediction

ASKING = asking_for(made_prediction())
LARGEST_ASSET = 200_000  # bytes


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENREKIT_STATE", str(tmp_path))
    return tmp_path


def test_the_command_line_comes_before_the_environment() -> None:
    environment = {"GRADIO_SERVER_NAME": "::1", "GRADIO_SERVER_PORT": "7000", "API_URL": "http://api:8000"}
    assert read_options(environment, port=7001, host=None) == Options("::1", 7001, api_url="http://api:8000")


def test_a_port_of_the_environment_must_be_one() -> None:
    with pytest.raises(SettingsError, match="must be a number"):
        read_options({"GRADIO_SERVER_PORT": "seven"})


def test_a_library_is_open_to_this_computer_only_unless_it_is_named(state: Path) -> None:
    assert library_of(Options(host="0.0.0.0"), ASKING) is None  # noqa: S104
    named = library_of(Options(host="0.0.0.0", library=Path("a.sqlite")), ASKING)  # noqa: S104
    assert named is not None
    assert named.manifest == Path("a.sqlite")
    usual = library_of(Options(), ASKING)
    assert usual is not None
    assert (usual.manifest, usual.corrections) == (state / "library.sqlite", state / "corrections.csv")


def test_without_its_service_the_page_comes_up_all_the_same(tmp_path: Path) -> None:
    asking = ask_service("http://127.0.0.1:9")
    assert library_of(Options(), asking) is None
    assert build(asking, None, WorkFolder(tmp_path)).title == "genrekit: the genre of recorded music"


def test_the_page_tells_nobody_and_offers_no_function_to_programs(tmp_path: Path) -> None:
    page = build(ASKING, None, WorkFolder(tmp_path))
    assert page.analytics_enabled is False
    assert {fn.api_visibility for fn in page.fns.values()} == {"private"}


def test_it_is_shared_with_nobody_and_only_what_it_shows_can_be_fetched(tmp_path: Path) -> None:
    options = launch_options(Options(), WorkFolder(tmp_path))
    assert options["share"] is False
    assert options["server_name"] == "127.0.0.1"
    folder, examples = map(Path, options["allowed_paths"])
    assert folder == tmp_path
    assert (examples / "jazz.ogg").is_file()


def test_own_assets_are_small_and_name_no_other_host(tmp_path: Path) -> None:
    head = launch_options(Options(), WorkFolder(tmp_path))["head"]
    assert len(head.encode()) < LARGEST_ASSET
    assert "http" not in head
