import os
import pty
import subprocess
import sys

from genrekit.cli.progress import tracked
from genrekit.errors import MISSING, AudioError


def test_off_a_terminal_nothing_is_shown(capsys, tmp_path):
    items = [tmp_path / "a.mp3", AudioError(MISSING, "b.mp3", "does not exist")]
    assert list(tracked(items)) == items
    assert capsys.readouterr().err == ""


def test_on_a_terminal_the_file_in_work_is_shown_on_stderr(song):
    leader, follower = pty.openpty()
    command = [sys.executable, "-c", "from genrekit.cli.main import main; main()", "predict", "--json", str(song)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=follower, check=False, timeout=120)
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert done.returncode == 0
    assert "song.wav" in shown
    assert done.stdout.startswith(b"{")
