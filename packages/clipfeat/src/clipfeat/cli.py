"""The command `clipfeat`: files or folders to a table."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from clipfeat import __version__
from clipfeat.batch import Extracted, Failed, extract_many
from clipfeat.config import FeatureConfig
from clipfeat.errors import ConfigError
from clipfeat.journal import Journal
from clipfeat.kernels import kernel_name
from clipfeat.tables import Table, check_format, printable, write_csv, write_table
from clipfeat.tabular import tabular_names
from clipfeat.walk import sound_files

__all__ = ["main"]

_OK, _SOME_FAILED, _USAGE, _INTERRUPTED = 0, 1, 2, 130

_EPILOG = """\
Without -o the table goes to standard output as CSV. An interrupted run with -o goes on where it stopped when the
same command is given again. Exit status: 0 all files answered, 1 some failed (named on standard error), 2 usage.
"""


def _parser() -> argparse.ArgumentParser:
    defaults = FeatureConfig()
    parser = argparse.ArgumentParser(
        prog="clipfeat", description="The classic features of sound files, one row a clip.", epilog=_EPILOG
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="sound files, or folders that are searched for them")
    parser.add_argument("-o", "--output", type=Path, help="table to write: .csv, .parquet or .npz")
    parser.add_argument("--overwrite", action="store_true", help="replace the table if it exists")
    parser.add_argument("--recipe", default=defaults.recipe, help="modern (librosa 0.10+) or legacy (the public table)")
    parser.add_argument("--clip-seconds", type=float, help="cut files into clips of this length; default: whole files")
    for name in ("sample_rate", "n_fft", "hop_length", "n_mels", "n_mfcc"):
        default = getattr(defaults, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default, help=f"default: {default}")
    parser.add_argument("--workers", type=int, help="threads; default: one a core")
    parser.add_argument("--version", action="version", version=f"clipfeat {__version__} ({kernel_name()})")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except ConfigError as error:
        _say(f"clipfeat: {error}")
        return _USAGE
    except KeyboardInterrupt:
        again = "; the same command goes on from here" if options.output else ""
        _say(f"\nclipfeat: interrupted{again}")
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of standard output has enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _OK


def _run(options: argparse.Namespace) -> int:
    config = FeatureConfig(
        options.sample_rate, options.n_fft, options.hop_length, options.n_mels, options.n_mfcc, options.recipe
    )
    failures = _to_stdout(options, config) if options.output is None else _to_file(options, config)
    for failure in failures:
        _say(f"clipfeat: {printable(str(failure.error))}")
    return _SOME_FAILED if failures else _OK


def _results(options: argparse.Namespace, config: FeatureConfig, paths: Iterable[str]) -> Iterator[Extracted | Failed]:
    return extract_many(paths, config, workers=options.workers, clip_seconds=options.clip_seconds)


def _to_stdout(options: argparse.Namespace, config: FeatureConfig) -> list[Failed]:
    columns = tabular_names(config.n_mfcc)
    write_csv(Table.of([], columns, config.fingerprint), sys.stdout)
    failures = []
    for result in _results(options, config, sound_files(options.paths)):
        if isinstance(result, Failed):
            failures.append(result)
        else:
            _warn(result)
            write_csv(Table.of([result], columns, config.fingerprint), sys.stdout, header=False)
    sys.stdout.flush()
    return failures


def _to_file(options: argparse.Namespace, config: FeatureConfig) -> list[Failed]:
    output: Path = options.output
    check_format(output)
    if output.exists() and not options.overwrite:
        raise ConfigError(f"{output}: exists already; --overwrite replaces it")
    if not output.parent.is_dir():
        raise ConfigError(f"{output.parent}: there is no such folder")
    journal = Journal.opened(output, _settings(options, config))
    failures = _journalled(options, config, journal)
    order = {path: index for index, path in enumerate(sound_files(options.paths))}
    files = sorted((file for file in journal.finished if file.name in order), key=lambda file: order[file.name])
    write_table(Table.of(files, tabular_names(config.n_mfcc), config.fingerprint), output)
    journal.delete()
    return failures


def _settings(options: argparse.Namespace, config: FeatureConfig) -> dict[str, Any]:
    return {**asdict(config), "fingerprint": config.fingerprint, "clip_seconds": options.clip_seconds}


def _journalled(options: argparse.Namespace, config: FeatureConfig, journal: Journal) -> list[Failed]:
    known = {file.name for file in journal.finished}
    paths = [path for path in sound_files(options.paths) if path not in known]
    progress = _Progress(len(paths))
    failures = []
    for result in _results(options, config, paths):
        if isinstance(result, Failed):
            failures.append(result)
        else:
            _warn(result)
            journal.add(result)
        progress.step(len(failures))
    progress.finish()
    return failures


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _warn(result: Extracted) -> None:
    for warning in result.warnings:
        _say(f"clipfeat: {printable(result.name)}: {warning}")


class _Progress:
    """One line on a terminal, nothing anywhere else."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._began = total, 0, monotonic()
        self._shown = sys.stderr.isatty()

    def step(self, failed: int) -> None:
        """One more file is done."""
        self._done += 1
        if self._shown:
            rate = self._done / max(1e-9, monotonic() - self._began)
            note = f", {failed} failed" if failed else ""
            sys.stderr.write(f"\r{self._done}/{self._total} files, {rate:.1f}/s{note} ")
            sys.stderr.flush()

    def finish(self) -> None:
        """Leave the line."""
        if self._shown and self._done:
            _say("")
