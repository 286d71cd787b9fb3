"""The answer comes from the sound, from nothing else: not from names, tags or the net."""

import json
import shutil
import subprocess
import sys

from tests.collection.tagged import put_tags
from tests.making import EXAMPLES

# Whatever asks the net ends the program.
NO_NET = """
import os, socket, sys

def refused(*_arguments, **_options):
    os._exit(99)

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refused)
socket.getaddrinfo = refused
"""
PREDICT = "from genrekit.cli.main import main; main()"


def answer(path):
    command = [sys.executable, "-c", NO_NET + PREDICT, "predict", "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    return {name: record[name] for name in ("genre", "unsure", "proba", "duration")}


def test_the_guard_would_notice():
    for code in ("socket.create_connection(('127.0.0.1', 9))", "socket.socket().connect(('127.0.0.1', 9))"):
        assert subprocess.run([sys.executable, "-c", NO_NET + code], check=False).returncode == 99


def test_names_tags_and_the_net_play_no_part(tmp_path):
    path = EXAMPLES / "classical.ogg"
    folder = tmp_path / "Metal" / "Best of Metal"
    folder.mkdir(parents=True)
    lying = put_tags(shutil.copy(path, folder / "01 Heavy Metal.ogg"), ["Metal"])
    assert answer(lying) == answer(path)
