"""Writers of tags that are killed at random, on a disk that is full at times, and what they leave."""

from __future__ import annotations

import io
import os
import random
import resource
import signal
import time
from multiprocessing import get_context
from pathlib import Path

from genrekit.collection.containers.recognise import take_inventory
from genrekit.collection.journal import opened_journal, read_journal, undo
from genrekit.collection.tagging import Change, read_tags, write_change
from genrekit.errors import TagError
from tests.collection.tagged import CONTAINERS, make_tagged

WORDS = ("Jazz", "Blues", "x" * 9_000, "Rock")


def write_until_killed(folder: Path, journal_path: Path, counts_path: Path, seed: int) -> None:
    """One change after the other; at times no file may grow beyond a size, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    unlimited = resource.RLIM_INFINITY
    with opened_journal(journal_path) as journal, counts_path.open("ab", buffering=0) as counts:
        while True:
            path = chance.choice(paths)
            limit = chance.choice([unlimited] * 3 + [chance.randrange(1, path.stat().st_size + 40_000)])
            genres = tuple(f"{chance.choice(WORDS)} {number}" for number in range(chance.randrange(1, 4)))
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, unlimited))
            try:
                write_change(Change(path, read_tags(path).genres, genres), journal)
                outcome = b"w"
            except (TagError, OSError):
                outcome = b"r"
            resource.setrlimit(resource.RLIMIT_FSIZE, (unlimited, unlimited))
            counts.write(outcome)


def soak(folder: Path, journal_folder: Path, *, writes: int, seed: int = 0) -> dict[str, int]:
    """Kill writers until so many changes were made, then undo all.

    Returns:
        How many processes were killed, changes made and refused; and what must be 0: files that were broken or
        lost another tag, and files whose old bytes did not come back.
    """
    folder.mkdir()
    journal_folder.mkdir()
    originals = {}
    for suffix in CONTAINERS:
        path = make_tagged(folder / f"a.{suffix}", 1.0, ["Rock"], seed=seed)
        originals[path] = path.read_bytes()
    before = {path: take_inventory(io.BytesIO(data), str(path)) for path, data in originals.items()}
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    counts_path = journal_folder.with_name("counts")
    counts_path.touch()
    kills = broken = 0
    while counts_path.read_bytes().count(b"w") < writes:
        journal_path = journal_folder / f"{kills:06}"
        # A fork has everything loaded already, so that the kill meets writing and not importing.
        writer = get_context("fork").Process(
            target=write_until_killed, args=(folder, journal_path, counts_path, seed + kills)
        )
        writer.start()
        # By progress and not by time, so that a kill meets writing on a slow machine too.
        wanted = counts_path.stat().st_size + chance.randrange(30)
        while counts_path.stat().st_size < wanted:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.05))
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        kills += 1
        for path, inventory in before.items():
            after = take_inventory(io.BytesIO(path.read_bytes()), str(path))
            broken += after.sound != inventory.sound or after.of_others() != inventory.of_others()
    # A writer killed at once leaves a journal without its first line, and has changed nothing.
    journals = (path for path in journal_folder.iterdir() if path.read_bytes().count(b"\n"))
    for journal_path in sorted(journals, reverse=True):
        for entry in reversed(read_journal(journal_path)):
            undo(entry)
    not_restored = sum(path.read_bytes() != data for path, data in originals.items())
    outcomes = counts_path.read_bytes()
    return {
        "kills": kills,
        "written": outcomes.count(b"w"),
        "refused": outcomes.count(b"r"),
        "broken": broken,
        "not_restored": not_restored,
    }
