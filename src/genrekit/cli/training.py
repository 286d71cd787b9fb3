"""The commands for one's own genres and their options; what each does is in the module of its verb."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

training = typer.Typer()

_Music = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="With a folder for each genre; or a copy of GTZAN, also packed.")
]
_Groups = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="CSV with path,group: who plays.", show_default="groups.csv, tags, folders"),
]
_Corrections = Annotated[
    Path | None, typer.Option(metavar="FILE", help="CSV with path,genre: goes before the folder's name.")
]
_Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="Files at once.", show_default="all cores")
]


@training.command(no_args_is_help=True)
def train(
    music: _Music,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the artifact goes.")],
    work: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keeps what was heard; may be removed.", show_default="OUT.work"),
    ] = None,
    groups: _Groups = None,
    corrections: _Corrections = None,
    jobs: _Jobs = None,
    json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
) -> int:
    """Train on your own genres. Needs the extra "train".

    A run that was interrupted goes on where it was when started again.

    Example: genrekit train ~/Music/by-genre --out my-artifact

    Exit status: 0 all learnt from, 1 tracks were left out (named) or there is too little, 2 usage, 130 interrupted.
    """
    from genrekit.cli.train import Request, run

    return run(Request(music, out, work, groups, corrections, jobs), as_json=json)


@training.command(no_args_is_help=True)
def evaluate(
    music: _Music,
    artifact: Annotated[
        Path | None, typer.Option(help="Folder of another artifact than the one that ships.", metavar="FOLDER")
    ] = None,
    groups: _Groups = None,
    corrections: _Corrections = None,
    jobs: _Jobs = None,
    json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
) -> int:
    """Tell what an artifact is worth on tracks whose genres are known.

    Example: genrekit evaluate ~/Music/held-back --artifact my-artifact

    Exit status: 0 all count, 1 tracks do not (named) or there is nothing to compare, 2 usage, 3 artifact refused.
    """
    from genrekit.cli.evaluate import Request, run

    return run(Request(music, artifact, groups, corrections, jobs), as_json=json)
