"""``genrekit watch``: answer, and if asked tag, what arrives in a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.text import Text

from genrekit.cli.console import shown_path, stderr_console, stdout_console
from genrekit.cli.tag import Request as TagRequest
from genrekit.cli.tag import run as run_tag
from genrekit.collection import scan as scanning
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.scan import Plan
from genrekit.collection.tags import require_tag_library
from genrekit.collection.watch import Clock, Pace, arrivals
from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.genres import display_genre
from genrekit.values import Prediction


def run(
    folders: tuple[Path, ...], request: TagRequest, pace: Pace, clock: Clock, until: Callable[[], bool] = lambda: False
) -> int:
    """Watch until interrupted.

    Args:
        folders: to watch.
        request: how what arrives is answered, and, with ``write``, tagged; its plan's paths do not count.
        pace: how often to look, and how long a file must rest.
        clock: the time.
        until: asked before each look whether to stop.

    Raises:
        SettingsError: a folder is none.
        ArtifactError: the artifact is refused.
        MissingExtraError: tags are to be written and the tag library is not installed.
    """
    for folder in folders:
        if not folder.is_dir():
            raise SettingsError(BAD_SETTING, shown_path(folder), "is no folder that can be watched")
    if request.write:
        require_tag_library()
    written: dict[Path, int] = {}
    stderr_console().print("watching; end with Ctrl-C")
    # Our own tags change a file too: that is no arrival.
    for paths in arrivals(folders, pace, clock, until=until, ignore=lambda path: _is_own(path, written)):
        plan = replace(request.plan, paths=paths)
        _show(plan, request.manifest)
        if request.write:
            run_tag(replace(request, plan=plan))
            written.update((path, path.stat().st_mtime_ns) for path in paths if path.exists())
    return 0


def _is_own(path: Path, written: dict[Path, int]) -> bool:
    try:
        return written.get(path) == path.stat().st_mtime_ns
    except OSError:
        return False


def _show(plan: Plan, manifest_path: Path) -> None:
    with opened_manifest(manifest_path) as manifest:
        for row in scanning.scan(plan, manifest):
            if isinstance(row.result, Prediction):
                verdict = "unsure" if row.result.unsure else display_genre(row.result.genre)
                stdout_console().print(Text.assemble(row.shown, "  ", (verdict, "bold")))
            elif row.result is not None:
                stderr_console().print(Text(f"{row.result} [{row.result.kind.code}]"))
