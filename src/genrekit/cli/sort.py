"""``genrekit sort``: folders of links, playlists and sidecars by genre; nothing is moved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from genrekit.cli.console import shown_path, stderr_console, stdout_console
from genrekit.cli.scan import scan_with_progress
from genrekit.collection import scan as scanning
from genrekit.collection import sort
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.scan import Plan, State
from genrekit.collection.vocabulary import Vocabulary
from genrekit.errors import BAD_SETTING, SettingsError


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the options of the command.

    Attributes:
        plan: what is sorted, and how it is answered.
        manifest: where answers are remembered.
        vocabulary: how genres are spelt.
        into: folder for links, with `link`.
        link: how files appear there.
        playlists: folder for playlists, or None.
        sidecars: write a JSON file beside each sound file.
        nfo: write ``album.nfo`` into folders without one.
    """

    plan: Plan
    manifest: Path
    vocabulary: Vocabulary
    into: Path | None
    link: str
    playlists: Path | None
    sidecars: bool
    nfo: bool


def run(request: Request) -> int:
    """Sort, and tell what was made.

    Returns:
        Exit status: 0 if all files have an answer, 1 otherwise.

    Raises:
        SettingsError: nothing to make was asked for, or something cannot be made.
        ArtifactError: the artifact is refused.
    """
    if not (request.into or request.playlists or request.sidecars or request.nfo):
        reason = "says not what to make: --into FOLDER, --playlists FOLDER, --sidecars or --nfo"
        raise SettingsError(BAD_SETTING, "sort", reason)
    with opened_manifest(request.manifest) as manifest:
        found, tally = scan_with_progress(request.plan, manifest)
        placed = sort.place(scanning.results(manifest, found), request.vocabulary)
        told = []
        if request.into is not None:
            told.append(
                f"{sort.link_files(placed, request.into, sort.Link(request.link))} of {len(placed)} files linked"
            )
        if request.playlists is not None:
            told += [shown_path(path) for path in sort.write_playlists(placed, request.playlists)]
        if request.sidecars:
            told.append(f"{sort.write_json_sidecars(scanning.results(manifest, found))} sidecars written")
        if request.nfo:
            rows = scanning.results(manifest, found)
            told.append(f"{sort.write_album_nfos(rows, request.vocabulary)} album.nfo written")
    for line in told:
        stdout_console().print(line, markup=False)
    failed = tally.states[State.FAILED]
    if failed:
        stderr_console().print(f"{failed} files could not be answered; `genrekit scan` lists them")
    return 1 if failed else 0
