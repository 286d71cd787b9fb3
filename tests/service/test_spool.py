import hashlib

import pytest
import python_multipart

from genrekit.errors import ServiceError
from genrekit.service.spool import Parts, Writer, removed_afterwards
from tests.service.live import multipart


def parse(folder, body, boundary, max_files=3, piece=7):
    kept = []
    parts = Parts(folder, max_files, kept)
    parser = python_multipart.MultipartParser(boundary, parts.callbacks())
    for start in range(0, len(body), piece):
        parser.write(body[start : start + piece])
    parser.finalize()
    parts.close()
    return kept, parts.ended


@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_each_file_of_a_form_is_a_file_whatever_the_pieces(tmp_path, piece):
    content_type, body = multipart([("a.mp3", b"one"), ("b\u00e9.mp3", b"two\r\n--two")])
    kept, ended = parse(tmp_path, body, content_type.partition("boundary=")[2].encode(), piece=piece)
    assert ended
    assert [upload.path.read_bytes() for upload in kept] == [b"one", b"two\r\n--two"]
    assert [upload.name for upload in kept] == ["a.mp3", "b\u00e9.mp3"]
    assert kept[0].sha256 == hashlib.sha256(b"one").hexdigest()
    assert [upload.size for upload in kept] == [3, 10]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", "a\u0000b", "x" * 3000, ""])
def test_a_clients_name_never_reaches_a_path(tmp_path, name):
    content_type, body = multipart([(name, b"x")])
    kept, _ = parse(tmp_path, body, content_type.partition("boundary=")[2].encode())
    assert kept[0].path.parent == tmp_path
    assert len(kept[0].path.name) == 32
    assert len(kept[0].name) <= 255


def test_a_part_that_is_no_file_is_refused(tmp_path):
    body = b'--b\r\nContent-Disposition: form-data; name="top"\r\n\r\n5\r\n--b--\r\n'
    with pytest.raises(ServiceError, match="no file"):
        parse(tmp_path, body, b"b")


def test_one_file_too_many_is_refused(tmp_path):
    content_type, body = multipart([("a", b"1"), ("b", b"2")])
    with pytest.raises(ServiceError, match="more than 1 file"):
        parse(tmp_path, body, content_type.partition("boundary=")[2].encode(), max_files=1)


def test_files_are_removed_unless_they_are_taken_out(tmp_path):
    with removed_afterwards() as kept:
        for name in ("a", "b"):
            writer = Writer(tmp_path, name, kept)
            writer.write(name.encode())
            writer.close()
        kept.pop()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["b"]


def test_a_digest_is_that_of_the_content(tmp_path):
    kept = []
    with (writer := Writer(tmp_path, "a", kept)):
        writer.write(b"so")
        writer.write(b"und")
    assert kept[0].sha256 == hashlib.sha256(b"sound").hexdigest()
