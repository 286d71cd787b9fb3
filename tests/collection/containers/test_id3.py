import io
import struct
import zlib

import pytest

from genrekit.collection.containers.id3 import read_mp3, read_tag, unsynchsafe
from genrekit.collection.containers.inventory import Account, DamagedError


def synchsafe(size):
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(name, content, version=4, flags=0, *, plain=False):
    size = struct.pack(">I", len(content)) if plain or version == 3 else synchsafe(len(content))
    return name + size + struct.pack(">H", flags) + content


def tag(*frames, version=4, flags=0, padding=20):
    body = b"".join(frames) + bytes(padding)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body


def fields(data):
    account = Account()
    read_tag(io.BytesIO(data), account)
    return account.fields


def test_texts_in_any_encoding_are_one_content():
    encoded = [
        b"\0J\xfc",
        b"\1" + "\ufeffJü".encode("utf-16-le"),
        b"\2" + "Jü".encode("utf-16-be"),
        b"\3" + "Jü".encode(),
    ]
    for content in encoded:
        for end in (b"", b"\0\0"):
            assert fields(tag(frame(b"TIT2", content + end))) == [("TIT2", "Jü".encode())]


def test_big_endian_with_a_mark_is_read_too():
    content = b"\1\xfe\xff" + "Jü".encode("utf-16-be")
    assert fields(tag(frame(b"TIT2", content))) == [("TIT2", "Jü".encode())]


def test_a_list_of_texts_is_kept_apart():
    content = b"\1" + "\ufeffa\0\ufeffb\0".encode("utf-16-le")
    assert fields(tag(frame(b"TPE1", content))) == [("TPE1", b"a\0b")]


def test_free_texts_comments_and_pictures_have_their_own_keys():
    found = fields(
        tag(
            frame(b"TXXX", b"\3mood\0calm"),
            frame(b"COMM", b"\3eng\0hello"),
            frame(b"APIC", b"\0image/png\0\3front\0DATA"),
            frame(b"WOAR", b"http://example.org\0"),
        )
    )
    assert found == [
        ("TXXX:mood", b"calm"),
        ("COMM:eng", b"\0hello"),
        ("APIC", b"image/png\0\3\0front\0DATA"),
        ("WOAR", b"http://example.org"),
    ]


def test_a_wide_description_of_a_picture_ends_where_it_ends():
    wide = b"\1image/png\0\3" + "\ufefff".encode("utf-16-le") + b"\0\0\xff\xd8"
    narrow = b"\0image/png\0\3f\0\xff\xd8"
    assert fields(tag(frame(b"APIC", wide))) == fields(tag(frame(b"APIC", narrow)))


def test_compressed_and_unsynchronised_frames_are_opened():
    packed = synchsafe(6) + zlib.compress(b"\3hello")
    assert fields(tag(frame(b"TIT2", packed, flags=0x09))) == [("TIT2", b"hello")]
    assert fields(tag(frame(b"PRIV", b"x\0\xff\0\xe0", flags=0x02))) == [("PRIV", b"x\0\xff\xe0")]
    packed_3 = struct.pack(">I", 6) + zlib.compress(b"\0hello")
    assert fields(tag(frame(b"TIT2", packed_3, 3, flags=0x80), version=3)) == [("TIT2", b"hello")]


def test_an_extended_header_is_passed_over():
    extended = synchsafe(6) + b"\1\0"
    data = tag(extended, frame(b"TIT2", b"\3a"), flags=0x40)
    assert fields(data) == [("TIT2", b"a")]


def test_plain_sizes_in_version_4_as_some_programs_wrote_them():
    long = b"\3" + b"x" * 200
    assert fields(tag(frame(b"TIT2", long, plain=True), frame(b"TALB", b"\3b", plain=True)))[1] == ("TALB", b"b")


def test_everything_behind_the_tag_is_sound():
    accounts = []
    for sound in (b"\xff\xfbmusic", b"\xff\xfbmusiC"):
        account = Account()
        read_mp3(io.BytesIO(tag(frame(b"TIT2", b"\3a")) + sound), account)
        accounts.append(account.finished)
    assert accounts[0]("mp3").sound != accounts[1]("mp3").sound


def test_no_tag_ends_where_it_would_begin():
    assert read_tag(io.BytesIO(b"\xff\xfb" * 20), Account()) == 0


@pytest.mark.parametrize(
    "data",
    [
        tag(frame(b"TIT2", b"\3a"), version=2),
        tag(frame(b"TIT2", b"\3a"))[:-5],
        tag(frame(b"TIT2", b"\x09a")),
        tag(frame(b"TIT2", b"\3\xff\xff")),
        tag(frame(b"TIT2", b"")),
        tag(b"\1\2\3\4" + frame(b"TIT2", b"\3a")),
        tag(frame(b"TIT2", b"\3a"), b"\0\0junk"),
        tag(frame(b"TIT2", b"\3a" * 40)[:-60], padding=0),
        tag(frame(b"APIC", b"\0image/png")),
        tag(frame(b"TIT2", synchsafe(6) + b"no zlib", flags=0x09)),
        b"ID3\4\0\0\xff\xff\xff\xff" + bytes(30),
    ],
)
def test_a_tag_that_is_not_wholly_understood_is_damaged(data):
    with pytest.raises(DamagedError):
        fields(data)


def test_sizes_use_seven_bits_of_a_byte():
    assert unsynchsafe(b"\0\0\x02\x01") == 257
