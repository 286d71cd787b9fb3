import io
import struct

import pytest

from genrekit.collection.containers.inventory import Account, Container, DamagedError
from genrekit.collection.containers.mp4 import read_mp4


def box(name, *content):
    data = b"".join(content)
    return struct.pack(">I4s", len(data) + 8, name) + data


def data(value, kind=1):
    return box(b"data", struct.pack(">II", kind, 0), value)


def ilst(*items):
    return box(b"udta", box(b"meta", bytes(4), box(b"hdlr", bytes(20)), box(b"ilst", *items)))


def file(*items, sound=b"music!", padding=b"", large=False, moved=0):
    """An MP4 file whose one chunk of sound begins two bytes into the box of sound."""

    def moov(offset):
        table = (
            box(b"co64", struct.pack(">IIQ", 0, 1, offset))
            if large
            else box(b"stco", struct.pack(">III", 0, 1, offset))
        )
        return box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table)))), ilst(*items), padding)

    head = box(b"ftyp", b"M4A ")
    start = len(head) + len(moov(0)) + 8
    return head + moov(start + 2 + moved) + box(b"mdat", sound)


def inventory(content):
    account = Account()
    read_mp4(io.BytesIO(content), account)
    return account.finished(Container.MP4)


TITLE = box(b"\xa9nam", data(b"a"))
CUSTOM = box(
    b"----",
    box(b"mean", bytes(4), b"com.apple.iTunes"),
    box(b"name", bytes(4), b"MOOD"),
    data(b"calm"),
)


def test_items_are_fields():
    found = inventory(file(TITLE, CUSTOM)).fields
    assert found == (("----:com.apple.iTunes:MOOD", b"\0\0\0\1calm"), ("©nam", b"\0\0\0\1a"))


@pytest.mark.parametrize("large", [False, True])
def test_tags_and_padding_move_the_sound_and_change_nothing_of_it(large):
    bare = inventory(file(large=large))
    moved = inventory(file(TITLE, CUSTOM, padding=box(b"free", bytes(500)), large=large))
    assert moved.sound == bare.sound


def test_an_offset_that_does_not_follow_the_sound_is_a_change():
    assert inventory(file(moved=1)).sound != inventory(file()).sound
    assert inventory(file(moved=500)).sound != inventory(file()).sound


def test_a_byte_of_sound_is_a_change():
    assert inventory(file(sound=b"musiC!")).sound != inventory(file()).sound


def test_another_width_of_the_same_number_is_no_change():
    narrow, wide = (box(b"tmpo", data(value, 21)) for value in (b"\0\x78", b"\0\0\0\x78"))
    assert inventory(file(narrow)).fields == inventory(file(wide)).fields == (("tmpo", b"120"),)
    short, long = (box(b"disk", data(b"\0\0\0\1\0\2" + end, 0)) for end in (b"", b"\0\0"))
    assert inventory(file(short)).fields == inventory(file(long)).fields


def test_a_box_of_64_bits_and_one_to_the_end_are_read():
    large = file()[: -len(box(b"mdat", b"music!"))]
    for last in (struct.pack(">I4sQ", 1, b"mdat", 22) + b"music!", struct.pack(">I4s", 0, b"mdat") + b"music!"):
        assert inventory(large + last).fields == ()


@pytest.mark.parametrize(
    "content",
    [
        file()[:-1],
        struct.pack(">I4s", 4, b"ftyp"),
        file() + struct.pack(">I4s", 99, b"free"),
        file() + b"junk",
        file() + box(b"mfra"),
        box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"stco", bytes(4) + b"\0\0\0\x09")))))),
    ],
)
def test_boxes_that_do_not_fit_are_damage(content):
    with pytest.raises(DamagedError):
        inventory(content)
