"""``genrekit tag``: genres into tags; shows what would change, changes it if asked, and takes it back."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from genrekit.artifact import SHIPPED, read_artifact
from genrekit.cli.console import shown_path, stderr_console, stdout_console
from genrekit.cli.scan import scan_with_progress
from genrekit.collection import scan as scanning
from genrekit.collection.album import plan_albums, plan_tracks
from genrekit.collection.corrections import corrected, fit_thresholds, read_corrections, reviewed_rows
from genrekit.collection.journal import opened_journal, read_journal, undo
from genrekit.collection.manifest import Manifest, opened_manifest
from genrekit.collection.rows import Row
from genrekit.collection.scan import Plan, Run
from genrekit.collection.state import JOURNALS_NAME, state_folder
from genrekit.collection.tagging import Change, Existing, Policy, write_change
from genrekit.collection.tags import require_tag_library
from genrekit.errors import BAD_SETTING, AudioError, SettingsError, TagError


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the options of the command.

    Attributes:
        plan: what is tagged, and how it is answered.
        policy: how answers become tags.
        manifest: where answers are remembered.
        by_album: one answer for all tracks of an album.
        write: change files; else only show what would change.
        keep_mtime: keep the files' time of modification.
        journal: where changes are written down; a new one among the others if None.
        corrections: file of what a person said of tracks, or None.
    """

    plan: Plan
    policy: Policy
    manifest: Path
    by_album: bool
    write: bool
    keep_mtime: bool
    journal: Path | None
    corrections: Path | None = None


def run(request: Request) -> int:
    """Show the changes, and make them if asked.

    Returns:
        Exit status: 0 if all went well, 1 if some files could not be answered or written.

    Raises:
        MissingExtraError: the tag library is not installed.
        ArtifactError: the artifact is refused.
        SettingsError: the manifest or the journal cannot be used.
    """
    require_tag_library()
    failures: list[AudioError | TagError] = []
    counts: Counter[str] = Counter()
    journal_path = request.journal or new_journal_path()
    with ExitStack() as stack, opened_manifest(request.manifest) as manifest:
        journal = None
        for change in _changes(request, manifest):
            if isinstance(change, Change) and not change.is_needed:
                counts[change.reason] += 1
                continue
            try:
                if not isinstance(change, Change):
                    raise change
                if request.write:
                    # No change, no journal.
                    journal = journal or stack.enter_context(opened_journal(_writable(journal_path)))
                    write_change(change, journal, keep_mtime=request.keep_mtime)
            except (AudioError, TagError) as error:
                failures.append(error)
            else:
                counts["changed"] += 1
                _show(change)
    _summarise(counts, failures, request, journal_path)
    return 1 if failures else 0


def run_undo(journal_path: Path) -> int:
    """Give every file of a journal its old bytes back, the last change first.

    Returns:
        Exit status: 0 if all files are as before, 1 otherwise.

    Raises:
        TagError: this is no journal.
    """
    entries = read_journal(journal_path)
    failures, restored = [], 0
    for entry in reversed(entries):
        try:
            restored += undo(entry)
        except TagError as error:
            failures.append(error)
    stdout_console().print(f"{restored} of {len(entries)} changes undone")
    _list(failures)
    return 1 if failures else 0


def new_journal_path() -> Path:
    """Where the journal of a run goes by default; its name sorts by time."""
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return state_folder() / JOURNALS_NAME / f"tags-{now}-{os.getpid()}.jsonl"


def make_policy(
    *, force: bool, merge: bool, unsure: str, max_genres: int, min_proba: float, confidence: bool, timeline: bool
) -> Policy:
    """A policy from options.

    Raises:
        SettingsError: they contradict each other, or make no sense.
    """
    if force and merge:
        raise SettingsError(BAD_SETTING, "--force", "contradicts --merge: give one of them")
    existing = Existing.REPLACE if force else Existing.MERGE if merge else Existing.KEEP
    named = unsure.removeprefix("tag:").strip()
    if unsure != "skip" and (not unsure.startswith("tag:") or not named):
        raise SettingsError(BAD_SETTING, "--unsure", f"must be skip, or tag: and a name, got {unsure!r}")
    return Policy(
        existing=existing,
        max_genres=max_genres,
        min_proba=min_proba,
        unsure=None if unsure == "skip" else named,
        confidence=confidence,
        timeline=timeline,
    )


def _changes(request: Request, manifest: Manifest) -> Iterator[Change | AudioError | TagError]:
    found, _ = scan_with_progress(request.plan, manifest)
    rows = _rows(request, manifest, found)
    if not request.by_album:
        return plan_tracks(rows, request.policy)
    settings = request.plan.settings
    artifact = read_artifact(SHIPPED if settings.artifact is None else settings.artifact)
    below = artifact.manifest.unsure_below if settings.threshold is None else settings.threshold
    return plan_albums(rows, request.policy, below)


def _rows(request: Request, manifest: Manifest, found: Run) -> Iterator[Row]:
    """What was found, as the person who reviewed it would have it."""
    if request.corrections is None:
        return scanning.results(manifest, found)
    said = read_corrections(request.corrections)
    fitted = fit_thresholds(reviewed_rows(scanning.results(manifest, found), said))
    return corrected(scanning.results(manifest, found), said, fitted)


def _writable(journal_path: Path) -> Path:
    try:
        journal_path.parent.mkdir(parents=True, exist_ok=True)
        journal_path.touch()
    except OSError as error:
        reason = f"cannot be written, so nothing is changed: {error.strerror}"
        raise SettingsError(BAD_SETTING, str(journal_path), reason) from error
    return journal_path


def _show(change: Change) -> None:
    old, new = ("; ".join(genres) or "-" for genres in (change.old, change.new))
    text = Text.assemble((shown_path(change.path), ""), "\n  ", (old, "red"), " -> ", (new, "green"))
    for name, value in change.extras.items():
        text.append(f"\n  {name} = {value}", "dim")
    stdout_console().print(text)


def _summarise(
    counts: Counter[str], failures: list[AudioError | TagError], request: Request, journal_path: Path
) -> None:
    console = stderr_console()
    changed = counts.pop("changed", 0)
    noun = "file" if changed == 1 else "files"
    console.print(f"{changed} {noun} {'changed' if request.write else 'would change; --write changes them'}")
    for reason, count in counts.most_common():
        console.print(f"{count} left as they are: {reason}")
    if request.write and changed:
        console.print(Text(f"Undo with: genrekit tag --undo {shown_path(journal_path)}"))
    _list(failures)


def _list(failures: list[AudioError | TagError] | list[TagError]) -> None:
    console = stderr_console()
    if failures:
        console.print(Text(f"\n{len(failures)} failed:", "bold red"))
    for error in failures:
        console.print(Text(f"  {error} [{error.kind.code}]"))
