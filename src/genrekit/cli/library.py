"""The commands for whole libraries and their options; what each does is in the module of its verb."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

library = typer.Typer()


class Engine(StrEnum):
    """Where files are answered."""

    LOCAL = "local"
    DASK = "dask"


class Link(StrEnum):
    """How a file appears in the folder of its genre; the same words as in `genrekit.collection.sort`."""

    SYMBOLIC = "symbolic"
    HARD = "hard"
    COPY = "copy"


_Paths = Annotated[list[Path], typer.Argument(metavar="FILE_OR_FOLDER...", help="Files, and folders to search.")]
_Vocabulary = Annotated[
    Path | None, typer.Option(metavar="FILE", help="TOML file: names, aliases, whitelist, parents.")
]
_Artifact = Annotated[
    Path | None, typer.Option(help="Folder of another artifact than the one that ships.", metavar="FOLDER")
]
_Manifest = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Where answers are remembered.", show_default="one for all, in the state folder"),
]
_Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="Files at once.", show_default="all cores")
]
_MaxSeconds = Annotated[float, typer.Option(min=1, metavar="S", help="Hear at most the first S seconds of a file.")]
_TimeLimit = Annotated[
    float, typer.Option(min=1, metavar="S", help="A file that takes longer is given up, its process killed.")
]
_Threshold = Annotated[
    float | None,
    typer.Option(min=0, max=1, metavar="P", help='Below this top probability the answer is "unsure".'),
]


@library.command(no_args_is_help=True)
def scan(
    paths: Annotated[
        list[str], typer.Argument(metavar="FILE_FOLDER_OR_URL...", help="Files, and folders to search; URLs too.")
    ],
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE_OR_FOLDER",
            help="Write results: .jsonl, .csv, .parquet; a name without extension or a URL: a folder of Parquet parts.",
        ),
    ] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write an HTML report with pictures.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Results on stdout, one JSON object a line.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try again what failed in an earlier run.")
    ] = False,
    engine: Annotated[Engine, typer.Option(help="Where files are answered.")] = Engine.LOCAL,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of a dask cluster, such as tcp://host:8786.")
    ] = None,
    jobs: _Jobs = None,
    max_seconds: _MaxSeconds = 300.0,
    time_limit: _TimeLimit = 300.0,
    threshold: _Threshold = None,
    manifest: _Manifest = None,
    artifact: _Artifact = None,
) -> int:
    """Answer a whole library; a second run answers only what is new or changed.

    URLs need the extra "remote", and what reads their kind, such as s3fs.

    Example: genrekit scan ~/Music --out genres.csv --report genres.html

    Exit status: 0 all answered, 1 some files failed (listed last), 2 usage, 3 artifact refused, 130 interrupted.
    """
    from genrekit.cli.scan import Request, run
    from genrekit.cli.scanning import make_engine, make_plan, manifest_path
    from genrekit.collection.places import parse_place

    places = [parse_place(path) for path in paths]
    plan = make_plan(places, jobs, max_seconds, time_limit, threshold, artifact, retry_failed=retry_failed)
    results = None if out is None else parse_place(out)
    return run(Request(plan, manifest_path(manifest), results, report, json, make_engine(engine, scheduler)))


@library.command(no_args_is_help=True)
def tag(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE_OR_FOLDER...", help="Files, and folders to search.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Change files. Without it, only shows what would.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace genres that are there.")] = False,
    merge: Annotated[bool, typer.Option("--merge", help="Add to genres that are there.")] = False,
    max_genres: Annotated[int, typer.Option(min=1, metavar="N", help="Write up to N genres.")] = 1,
    min_proba: Annotated[
        float, typer.Option(min=0, max=1, metavar="P", help="A further genre must have this probability.")
    ] = 0.2,
    unsure: Annotated[str, typer.Option(metavar="skip|tag:NAME", help="What an unsure answer does.")] = "skip",
    vocabulary: _Vocabulary = None,
    album: Annotated[bool, typer.Option("--album", help="One answer for all tracks of an album.")] = False,
    confidence: Annotated[bool, typer.Option("--confidence", help="Write the probability too.")] = False,
    timeline: Annotated[bool, typer.Option("--timeline", help="Write the genre over time too.")] = False,
    keep_mtime: Annotated[bool, typer.Option("--keep-mtime", help="Keep the time of modification.")] = False,
    journal: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where changes are written down.", show_default="in the state folder"),
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Respect what was said in a review (genrekit app): path,genre."),
    ] = None,
    undo: Annotated[
        Path | None, typer.Option(metavar="JOURNAL", help="Take all changes of a journal back, byte by byte.")
    ] = None,
    jobs: _Jobs = None,
    max_seconds: _MaxSeconds = 300.0,
    time_limit: _TimeLimit = 300.0,
    threshold: _Threshold = None,
    manifest: _Manifest = None,
    artifact: _Artifact = None,
) -> int:
    """Write genres into tags: shows what would change, and changes it with --write. Needs the extra "tag".

    Example: genrekit tag ~/Music --max-genres 2 --write

    Exit status: 0 all went well, 1 some files failed (listed last), 2 usage, 3 artifact refused, 130 interrupted.
    """
    from dataclasses import replace

    from genrekit.cli.scanning import make_plan, manifest_path, read_vocabulary
    from genrekit.cli.tag import Request, make_policy, run, run_undo

    if undo is not None:
        return run_undo(undo)
    policy = make_policy(
        force=force,
        merge=merge,
        unsure=unsure,
        max_genres=max_genres,
        min_proba=min_proba,
        confidence=confidence,
        timeline=timeline,
    )
    policy = replace(policy, vocabulary=read_vocabulary(vocabulary))
    plan = make_plan(paths or [], jobs, max_seconds, time_limit, threshold, artifact, retry_failed=False)
    return run(Request(plan, policy, manifest_path(manifest), album, write, keep_mtime, journal, corrections))


@library.command(no_args_is_help=True)
def sort(
    paths: _Paths,
    into: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Let files appear in a folder for each genre in here.")
    ] = None,
    link: Annotated[Link, typer.Option(help="How they appear; nothing is ever moved.")] = Link.SYMBOLIC,
    playlists: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write an M3U8 playlist for each genre in here.")
    ] = None,
    sidecars: Annotated[bool, typer.Option("--sidecars", help="Write NAME.genre.json beside each file.")] = False,
    nfo: Annotated[bool, typer.Option("--nfo", help="Write album.nfo (Jellyfin, Kodi) where there is none.")] = False,
    vocabulary: _Vocabulary = None,
    jobs: _Jobs = None,
    max_seconds: _MaxSeconds = 300.0,
    time_limit: _TimeLimit = 300.0,
    threshold: _Threshold = None,
    manifest: _Manifest = None,
    artifact: _Artifact = None,
) -> int:
    """Sort by genre without moving anything: links, playlists, sidecar files.

    Example: genrekit sort ~/Music --into ~/ByGenre --playlists ~/Playlists

    Exit status: 0 all answered, 1 some files failed, 2 usage, 3 artifact refused, 130 interrupted.
    """
    from genrekit.cli.scanning import make_plan, manifest_path, read_vocabulary
    from genrekit.cli.sort import Request, run

    plan = make_plan(paths, jobs, max_seconds, time_limit, threshold, artifact, retry_failed=False)
    words = read_vocabulary(vocabulary)
    return run(Request(plan, manifest_path(manifest), words, into, link, playlists, sidecars, nfo))


@library.command(no_args_is_help=True)
def watch(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Watched with everything below.")],
    write: Annotated[bool, typer.Option("--write", help="Tag what arrives, as `genrekit tag --write` does.")] = False,
    merge: Annotated[bool, typer.Option("--merge", help="Add to genres that are there.")] = False,
    max_genres: Annotated[int, typer.Option(min=1, metavar="N", help="Write up to N genres.")] = 1,
    unsure: Annotated[str, typer.Option(metavar="skip|tag:NAME", help="What an unsure answer does.")] = "skip",
    vocabulary: _Vocabulary = None,
    every: Annotated[float, typer.Option(min=0.1, metavar="S", help="Seconds from one look to the next.")] = 5.0,
    rest: Annotated[
        float, typer.Option(min=0, metavar="S", help="Seconds without change before a file counts.")
    ] = 10.0,
    jobs: _Jobs = 1,
    max_seconds: _MaxSeconds = 300.0,
    time_limit: _TimeLimit = 300.0,
    threshold: _Threshold = None,
    manifest: _Manifest = None,
    artifact: _Artifact = None,
) -> int:
    """Answer what arrives in a folder, when it is whole; tag it with --write. Runs until interrupted.

    Example: genrekit watch ~/Downloads/Music --write
    """
    from dataclasses import replace

    from genrekit.cli.scanning import make_plan, manifest_path, read_vocabulary
    from genrekit.cli.tag import Request, make_policy
    from genrekit.cli.watch import run
    from genrekit.collection.watch import Pace, SystemClock

    policy = make_policy(
        force=False,
        merge=merge,
        unsure=unsure,
        max_genres=max_genres,
        min_proba=0.2,
        confidence=False,
        timeline=False,
    )
    policy = replace(policy, vocabulary=read_vocabulary(vocabulary))
    plan = make_plan(folders, jobs, max_seconds, time_limit, threshold, artifact, retry_failed=False)
    request = Request(plan, policy, manifest_path(manifest), False, write, False, None)
    return run(tuple(folders), request, Pace(every, rest), SystemClock())
