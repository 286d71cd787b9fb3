"""The page and how it is served: nothing is fetched from elsewhere, nothing is told to anybody."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

import gradio as gr

from genrekit.collection.corrections import CORRECTIONS_NAME
from genrekit.collection.state import MANIFEST_NAME, state_folder
from genrekit.errors import BAD_SETTING, GenrekitError, SettingsError
from genrekit.genres import GTZAN_GENRES
from genrekit.limits import Limits
from genrekit.webapp import classify, compare, model, review
from genrekit.webapp.asking import Asking, ask_here, ask_service
from genrekit.webapp.examples import example_tracks
from genrekit.webapp.folder import WorkFolder
from genrekit.webapp.reviewing import Library
from genrekit.webapp.texts import LEAD, TITLE

_STATIC: Final = Path(__file__).parent / "static"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
# Uploads are looked for every ten minutes, and removed after an hour.
_CLEANING: Final = (600, 3600)
_MOST_WAITING: Final = 64


@dataclass(frozen=True, slots=True)
class Options:
    """How the app is served.

    Attributes:
        host: address to bind to.
        port: to bind to.
        artifact: folder of the artifact, or None for the one that ships; of no meaning with a service.
        api_url: of a service that answers, or None to answer in this process.
        api_key: for that service, where it asks for one.
        library: manifest of a scan to review, or None for the one in the state folder.
        corrections: file of what is said in a review, or None for the one in the state folder.
        inbrowser: open the page.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    artifact: Path | None = None
    api_url: str | None = None
    api_key: str | None = None
    library: Path | None = None
    corrections: Path | None = None
    inbrowser: bool = False


def serve(options: Options) -> int:
    """Serve the page until a signal ends it.

    Raises:
        ArtifactError: the artifact is refused.
        SettingsError: an option makes no sense, or the port is taken.
    """
    asking = ask_service(options.api_url, options.api_key) if options.api_url else ask_here(options.artifact)
    with tempfile.TemporaryDirectory(prefix="genrekit-app-") as name:
        folder = WorkFolder(Path(name))
        page = build(asking, library_of(options, asking), folder)
        try:
            page.launch(**launch_options(options, folder))
        except OSError as error:
            raise SettingsError(BAD_SETTING, f"port {options.port}", f"cannot be bound: {error}") from error
    return 0


def build(asking: Asking, library: Library | None, folder: WorkFolder) -> gr.Blocks:
    """The page with its tabs.

    Args:
        asking: whom to ask.
        library: to review, or None where none is open to this page.
        folder: for altered copies of tracks.
    """
    examples = example_tracks()
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=_CLEANING) as page:
        gr.HTML(f"<h1>genrekit</h1><p>{escape(LEAD)} Answered {escape(asking.where)}.</p>", elem_id="gk-head")
        with gr.Tab("Classify", elem_id="gk-tab-classify"):
            classify.build(asking, examples)
        with gr.Tab("Compare", elem_id="gk-tab-compare"):
            compare.build(compare.Comparing(asking, examples, folder))
        with gr.Tab("Review", elem_id="gk-tab-review") as reviewing:
            review.build(library, _genres(asking), reviewing)
        with gr.Tab("Model", elem_id="gk-tab-model") as telling:
            model.build(asking, telling)
    page.queue(max_size=_MOST_WAITING)
    return page


def launch_options(options: Options, folder: WorkFolder) -> dict[str, Any]:
    """What the page is launched with."""
    style = (_STATIC / "app.css").read_text("utf-8")
    script = (_STATIC / "app.js").read_text("utf-8")
    examples = {path.parent for path in example_tracks().values()}
    return {
        "server_name": options.host,
        "server_port": options.port,
        "inbrowser": options.inbrowser,
        "share": False,
        "ssr_mode": False,
        "footer_links": [],
        "allowed_paths": [str(folder.path), *map(str, examples)],
        "max_file_size": Limits().max_bytes,
        "theme": _theme(),
        "head": f"<style>{style}</style><script>{script}</script>",
        "quiet": True,
    }


def library_of(options: Options, asking: Asking) -> Library | None:
    """What may be reviewed: a library that was named, or, where only this computer can look, the usual one."""
    if options.library is None and options.host not in _LOOPBACK:
        return None
    try:
        artifact_id = asking.model().artifact_id
    except GenrekitError:
        # The service is not there yet; a review needs to know whose answers it looks at.
        return None
    folder = state_folder()
    return Library(
        manifest=options.library or folder / MANIFEST_NAME,
        corrections=options.corrections or folder / CORRECTIONS_NAME,
        artifact_id=artifact_id,
    )


def read_options(environment: Mapping[str, str] = os.environ, **given: Any) -> Options:
    """Options from the command line, and where one was not given from the environment.

    ``API_URL`` names a service, ``API_KEY`` its key, ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT`` the address.

    Raises:
        SettingsError: the port is no number.
    """
    port = environment.get("GRADIO_SERVER_PORT", "")
    if port and not port.isdigit():
        raise SettingsError(BAD_SETTING, "GRADIO_SERVER_PORT", f"must be a number, got {port!r}")
    named: dict[str, Any] = {
        "host": environment.get("GRADIO_SERVER_NAME"),
        "port": int(port) if port else None,
        "api_url": environment.get("API_URL"),
        "api_key": environment.get("API_KEY"),
    }
    chosen = {name: value for name, value in named.items() if value}
    return Options(**(chosen | {name: value for name, value in given.items() if value is not None}))


def _theme() -> gr.themes.Base:
    """Fonts of the system, so that none is fetched; blues and greys dark enough to be read by everyone."""
    fonts: dict[str, Any] = {"font": ["system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}
    return gr.themes.Base(**fonts).set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        body_text_color_subdued="*neutral_700",
        body_text_color_subdued_dark="*neutral_300",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_200",
        block_info_text_color="*neutral_700",
        color_accent="*primary_700",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_300",
    )


def _genres(asking: Asking) -> tuple[str, ...]:
    try:
        return tuple(asking.model().genres)
    except GenrekitError:
        return GTZAN_GENRES
