import os
import stat
import subprocess
import sys

import pytest

from genrekit.collection.replacement import replace_file
from genrekit.errors import TAGS_NOT_WRITTEN, TagError


def fill(content):
    def make(_old, new):
        new.write(content)

    return make


def accept(_old, _new):
    pass


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(b"old")
    return path


def test_the_new_content_takes_the_old_ones_place_and_nothing_else_is_left(path):
    replace_file(path, fill(b"new"), accept)
    assert path.read_bytes() == b"new"
    assert names_in(path.parent) == ["song.mp3"]


def test_what_is_approved_has_been_written(path):
    seen = []
    replace_file(path, fill(b"new"), lambda old, new: seen.append((old.read(), new.read())))
    assert seen == [(b"old", b"new")]


def test_what_is_not_approved_changes_nothing(path):
    def refuse(_old, _new):
        raise TagError(TAGS_NOT_WRITTEN, "song", "no")

    with pytest.raises(TagError, match="song: no"):
        replace_file(path, fill(b"new"), refuse)
    assert path.read_bytes() == b"old"
    assert names_in(path.parent) == ["song.mp3"]


def test_mode_is_kept_and_time_is_now_unless_given(path):
    path.chmod(0o640)
    os.utime(path, ns=(1, 1))
    replace_file(path, fill(b"new"), accept)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_mtime_ns > 10**18
    replace_file(path, fill(b"newer"), accept, mtime_ns=12_345_000)
    assert path.stat().st_mtime_ns == 12_345_000


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_owner_is_kept(path):
    os.chown(path, 1234, 1234)
    replace_file(path, fill(b"new"), accept)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 1234)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes")
def test_extended_attributes_are_kept(path):
    try:
        os.setxattr(path, "user.rating", b"5")
    except OSError as error:
        pytest.skip(f"this file system has no extended attributes: {error}")
    replace_file(path, fill(b"new"), accept)
    assert os.getxattr(path, "user.rating") == b"5"


def test_a_read_only_file_is_left_alone(path):
    path.chmod(0o444)
    with pytest.raises(TagError, match="read-only") as refused:
        replace_file(path, fill(b"new"), accept)
    assert refused.value.kind is TAGS_NOT_WRITTEN
    assert path.read_bytes() == b"old"


def test_only_ordinary_files_are_replaced(tmp_path):
    with pytest.raises(TagError, match="no ordinary file"):
        replace_file(tmp_path, fill(b"new"), accept)
    with pytest.raises(TagError, match=r"gone\.mp3: was left as it is: No such file"):
        replace_file(tmp_path / "gone.mp3", fill(b"new"), accept)


def test_a_link_stays_a_link_and_another_name_keeps_the_old_content(path, tmp_path):
    link, other = tmp_path / "link.mp3", tmp_path / "other.mp3"
    link.symlink_to(path)
    os.link(path, other)
    replace_file(link, fill(b"new"), accept)
    assert link.is_symlink()
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"old")


def test_a_file_that_changes_meanwhile_is_left_as_the_other_program_made_it(path):
    with pytest.raises(TagError, match="another program"):
        replace_file(path, fill(b"new"), lambda _old, _new: path.write_bytes(b"theirs"))
    assert path.read_bytes() == b"theirs"
    assert names_in(path.parent) == ["song.mp3"]


def test_what_a_killed_process_left_is_cleared_away(path):
    (path.parent / ".song.mp3.genrekit-copy").write_bytes(b"half")
    replace_file(path, fill(b"new"), accept)
    assert path.read_bytes() == b"new"
    assert names_in(path.parent) == ["song.mp3"]


@pytest.mark.skipif(sys.platform == "win32", reason="locks are held by the system there")
def test_a_copy_that_another_process_holds_is_respected(path):
    copy = path.parent / ".song.mp3.genrekit-copy"
    program = (
        "import fcntl, sys; f = open(sys.argv[1], 'x+b'); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, copy], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        with pytest.raises(TagError, match="left as it is"):
            replace_file(path, fill(b"new"), accept)
        assert copy.exists()
        process.communicate(b"\n")
    assert path.read_bytes() == b"old"
