"""Writers of tags that are killed at random, on a disk that is full at times, and what they leave."""

import io
import random
import signal
import subprocess
import sys
import time

from tests.collection.tagged import CONTAINERS, make_tagged

from genrekit.collection.containers.recognise import take_inventory
from genrekit.collection.journal import read_journal, undo

# Writes one change after the other until it is killed; files beyond the limit fail as on a full disk.
WRITER = """
import random, resource, signal, sys
from pathlib import Path
from genrekit.collection.journal import opened_journal
from genrekit.collection.tagging import Change, read_tags, write_change
from genrekit.errors import TagError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder, journal_path, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
written = refused = 0
print("ready", flush=True)
with opened_journal(journal_path) as journal:
    while True:
        path = chance.choice(paths)
        limit = chance.choice([resource.RLIM_INFINITY] * 3 + [chance.randrange(1, path.stat().st_size + 40_000)])
        words = ["Jazz", "Blues", "x" * 9_000, "Rock"]
        genres = tuple(f"{chance.choice(words)} {number}" for number in range(chance.randrange(1, 4)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            write_change(Change(path, read_tags(path).genres, genres), journal)
            written += 1
        except (TagError, OSError):
            refused += 1
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(written, refused, flush=True)
"""


def run_until_killed(folder, journal_path, seed, seconds):
    """How many changes were made and refused before the kill."""
    command = [sys.executable, "-c", WRITER, folder, journal_path, str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        lines = process.stdout.read().split("\n")
    whole = [line.split() for line in lines[:-1]]
    return tuple(map(int, whole[-1])) if whole else (0, 0)


def soak(folder, journal_folder, *, writes, seed=0):
    """Kill writers until so many changes were made; returns the counts, broken files among them, which must be none."""
    folder.mkdir()
    journal_folder.mkdir()
    originals = {}
    for suffix in CONTAINERS:
        path = make_tagged(folder / f"a.{suffix}", 1.0, ["Rock"], seed=seed)
        originals[path] = path.read_bytes()
    inventories = {path: take_inventory(io.BytesIO(data), str(path)) for path, data in originals.items()}
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    counts = {"kills": 0, "written": 0, "refused": 0, "broken": 0, "not_restored": 0}
    while counts["written"] < writes:
        number = counts["kills"]
        done = run_until_killed(folder, journal_folder / f"{number:05}", seed + number, chance.uniform(0.05, 0.6))
        counts["kills"] += 1
        counts["written"] += done[0]
        counts["refused"] += done[1]
        for path, before in inventories.items():
            after = take_inventory(io.BytesIO(path.read_bytes()), str(path))
            counts["broken"] += after.sound != before.sound or after.of_others() != before.of_others()
    for journal_path in sorted(journal_folder.iterdir(), reverse=True):
        for entry in reversed(read_journal(journal_path)):
            undo(entry)
    counts["not_restored"] = sum(path.read_bytes() != data for path, data in originals.items())
    return counts
