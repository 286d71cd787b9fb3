"""Processes that write tags are killed at random, on a disk that is full at times: no file may be broken by it."""

import json
import sys

import pytest

from tests.faults.killing import soak


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and limits")
def test_killed_writers_break_nothing_and_undo_leads_back(tmp_path):
    counts = soak(tmp_path / "music", tmp_path / "journals", writes=40)
    assert counts["kills"] > 0
    assert (counts["broken"], counts["not_restored"]) == (0, 0), json.dumps(counts)
