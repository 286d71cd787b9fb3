"""The commands and their options; what each does is in the module of its verb."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genrekit import __version__
from genrekit.cli.library import library
from genrekit.cli.training import training


def _end(status: int | None, **_: object) -> None:
    """What a command returns is the exit status."""
    raise typer.Exit(status or 0)


app = typer.Typer(
    name="genrekit",
    help="The genre of recorded music: offline, fast, with honest probabilities.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    result_callback=_end,
    pretty_exceptions_enable=False,
)

app.add_typer(library)
app.add_typer(training)
model = typer.Typer(name="model", help="Artifacts in a registry of MLflow.", no_args_is_help=True)
app.add_typer(model)

_ArtifactOption = Annotated[
    Path | None, typer.Option(help="Folder of another artifact than the one that ships.", metavar="FOLDER")
]


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"genrekit {__version__}")
        raise typer.Exit


@app.command(no_args_is_help=True)
def predict(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE_OR_FOLDER...", help="Sound files, and folders to search.")
    ],
    timeline: Annotated[bool, typer.Option("--timeline", help="Show the genre over time.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
    top: Annotated[int, typer.Option(min=1, help="How many candidates to show.")] = 3,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            metavar="P",
            help='Below this top probability the answer is "unsure".',
            show_default=False,
        ),
    ] = None,
    max_seconds: Annotated[
        float | None,
        typer.Option(min=1, metavar="S", help="Hear at most S seconds of each file.", show_default=False),
    ] = None,
    excerpts: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Hear N stretches spread over the track: 30 s each, or S / N with --max-seconds.",
            show_default=False,
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURE",
            help='Draw the genre over time of one file, as .png or .svg. Needs the extra "plots".',
            show_default=False,
        ),
    ] = None,
    artifact: _ArtifactOption = None,
) -> int:
    """Tell the genre of sound files.

    Example: genrekit predict song.mp3 my-music/ --timeline

    Exit status: 0 all answered, 1 some files failed (listed last), 2 usage, 3 artifact refused, 130 interrupted.
    """
    from genrekit.cli.predict import Request, run

    request = Request(tuple(paths), timeline, top, threshold, max_seconds, excerpts, artifact, plot)
    return run(request, as_json=json)


@app.command()
def info(
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    artifact: _ArtifactOption = None,
) -> int:
    """Tell what is installed, which artifact answers, and what it reaches."""
    from genrekit.cli.info import run

    return run(artifact, as_json=json)


@app.command()
def doctor(
    json: Annotated[bool, typer.Option("--json", help="As one JSON list.")] = False,
    artifact: _ArtifactOption = None,
) -> int:
    """Check the installation, decoders, artifact, speed and write access; the report names no private path.

    Example: genrekit doctor

    Exit status: 0 if all is well, 1 otherwise.
    """
    from genrekit.cli.doctor import run

    return run(artifact, as_json=json)


@app.command()
def explain(
    code: Annotated[str | None, typer.Argument(help="Such as GK106, or too-short. All codes if left out.")] = None,
) -> int:
    """Tell what an error code means, and what to do."""
    from genrekit.cli.explain import run

    return run(code)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind to.", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="0 takes any free one.", show_default="8000")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that decode and predict.", show_default="2")
    ] = None,
    queue: Annotated[
        int | None, typer.Option(min=0, help="Requests that may wait; more are refused.", show_default="16")
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ask for a key; lines made by `genrekit api-key`.")
    ] = None,
    allow_open: Annotated[
        bool, typer.Option("--allow-open", help="Bind to an address that others reach, without keys.")
    ] = False,
    state_dir: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where accepted jobs live.", show_default=False)
    ] = None,
    artifact: _ArtifactOption = None,
) -> int:
    """Serve predictions over HTTP. Needs the extra "api".

    All other settings are environment variables, such as GENREKIT_UPLOAD_BYTES; see the guide to the service.

    Example: genrekit serve --port 8000
    """
    from genrekit.cli.serve import run

    return run(
        host=host,
        port=port,
        workers=workers,
        queue=queue,
        keys_file=keys,
        allow_open=allow_open or None,
        state_dir=state_dir,
        artifact=artifact,
    )


@app.command(name="app")
def webapp(
    host: Annotated[str | None, typer.Option(help="Address to bind to.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="To bind to.", show_default="7860")] = None,
    library: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Manifest of a scan to review.", show_default="in the state folder"),
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where a review writes.", show_default="in the state folder"),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Open the page in a browser.")] = False,
    artifact: _ArtifactOption = None,
) -> int:
    """Open the web page: classify, compare, review, and the model. Needs the extra "webapp".

    Answers in its own process, or, where API_URL names a service, by that.

    Example: genrekit app --browser
    """
    from genrekit.cli.webapp import run

    return run(
        host=host, port=port, library=library, corrections=corrections, inbrowser=browser or None, artifact=artifact
    )


@app.command(name="api-key", no_args_is_help=True)
def api_key(
    name: Annotated[str, typer.Argument(help="Whose key it is: letters, digits, and _ . -")],
) -> int:
    """Make a key for the service: its line for the file of keys on stdout, the key itself on stderr.

    Example: genrekit api-key alice >> keys.txt
    """
    from genrekit.cli.serve import run_api_key

    return run_api_key(name)


@model.command(name="pull", no_args_is_help=True)
def model_pull(
    uri: Annotated[
        str, typer.Argument(metavar="URI", help="Such as models:/genrekit@champion, or models:/genrekit/3.")
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to; an artifact there is replaced.")] = Path(
        "artifact"
    ),
) -> int:
    """Bring an artifact from the registry into a folder, verified. Needs the extra "track".

    The registry is the one that MLFLOW_TRACKING_URI names, otherwise work/mlflow.db.

    Example: genrekit model pull models:/genrekit@champion --out champion

    Exit status: 0 it is there, 2 the registry has no such thing or cannot be reached, 3 artifact refused.
    """
    from genrekit.cli.model import run_pull

    return run_pull(uri, out)
