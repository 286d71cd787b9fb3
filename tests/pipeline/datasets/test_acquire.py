"""Getting an archive from an address, over a server of its own on this machine."""

from __future__ import annotations

import hashlib
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from genrekit.errors import DatasetError, SettingsError
from genrekit.pipeline.datasets.acquire import fetch, unpack

CONTENT = bytes(range(256)) * 12_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Server:
    """What it is asked for, and how it behaves."""

    url: str = ""
    ranges: list[str | None] = field(default_factory=list)
    knows_ranges: bool = True
    breaks_after: int | None = None


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            state.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and state.knows_ranges else 0
            if asked and start >= len(CONTENT):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(CONTENT) - start))
            self.end_headers()
            end = len(CONTENT) if state.breaks_after is None else start + state.breaks_after
            self.wfile.write(CONTENT[start:end])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        state.url = f"http://127.0.0.1:{http.server_port}/some/genres.tar.gz"
        yield state
        http.shutdown()
        thread.join()


def ignore(come: int, total: int) -> None:
    assert 0 < come <= total


def test_a_file_comes_whole_and_checked(tmp_path: Path, server: Server) -> None:
    path = fetch(server.url, SHA256.upper(), tmp_path, ignore)
    assert (path.name, path.read_bytes()) == ("genres.tar.gz", CONTENT)
    assert [file.name for file in tmp_path.iterdir()] == ["genres.tar.gz"]
    fetch(server.url, SHA256, tmp_path, ignore)
    assert len(server.ranges) == 1


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_one_that_was_cut_off_goes_on(tmp_path: Path, server: Server, knows_ranges: bool) -> None:
    server.breaks_after = 1_100_000
    with pytest.raises(DatasetError, match="what has come is kept"):
        fetch(server.url, SHA256, tmp_path, ignore)
    assert not (tmp_path / "genres.tar.gz").exists()
    server.breaks_after, server.knows_ranges = None, knows_ranges
    assert fetch(server.url, SHA256, tmp_path, ignore).read_bytes() == CONTENT
    assert server.ranges[0] is None
    assert server.ranges[1] not in (None, "bytes=0-")


def test_one_that_had_all_but_its_name_is_only_checked(tmp_path: Path, server: Server) -> None:
    (tmp_path / "genres.tar.gz.part").write_bytes(CONTENT)
    assert fetch(server.url, SHA256, tmp_path, ignore).read_bytes() == CONTENT


def test_another_file_is_refused_and_removed(tmp_path: Path, server: Server) -> None:
    with pytest.raises(DatasetError, match=f"SHA-256 is {SHA256}"):
        fetch(server.url, "0" * 64, tmp_path, ignore)
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/a.zip", SHA256, tmp_path, ignore)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/a.zip", "http://host/", "a.zip"])
def test_other_addresses_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="no http or https address"):
        fetch(url, SHA256, tmp_path, ignore)


def test_an_archive_that_reaches_out_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "evil.txt").write_text("x")
    with tarfile.open(tmp_path / "evil.tar", "w") as packed:
        packed.add(tmp_path / "evil.txt", "../../evil.txt")
    with pytest.raises(DatasetError, match=r"evil\.tar: cannot be unpacked"):
        unpack(tmp_path / "evil.tar", tmp_path / "out" / "unpacked")
    assert not list((tmp_path / "out").iterdir())


def test_a_zip_stays_inside_its_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as packed:
        packed.writestr("../../evil.txt", "x")
    unpack(tmp_path / "evil.zip", tmp_path / "a" / "b" / "unpacked")
    assert not list(tmp_path.glob("*.txt"))
    assert [path.name for path in (tmp_path / "a" / "b" / "unpacked").rglob("*.txt")] == ["evil.txt"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b damaged"])
def test_what_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tar.gz").write_bytes(content)
    with pytest.raises(DatasetError, match=r"a\.tar\.gz: cannot be unpacked"):
        unpack(tmp_path / "a.tar.gz", tmp_path / "unpacked")
