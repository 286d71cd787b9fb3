import io
import struct

import pytest

from genrekit.collection.containers import asf
from genrekit.collection.containers.asf import read_asf
from genrekit.collection.containers.inventory import Account, Container, DamagedError


def thing(name, content):
    return name + struct.pack("<Q", len(content) + 24) + content


def text(value):
    return value.encode("utf-16-le") + b"\0\0"


def extended(*attributes):
    parts = [
        struct.pack("<H", len(text(key))) + text(key) + struct.pack("<HH", kind, len(value)) + value
        for key, kind, value in attributes
    ]
    return thing(asf._EXTENDED, struct.pack("<H", len(parts)) + b"".join(parts))


def library(*attributes, stream=0):
    parts = [
        struct.pack("<HHHHI", 0, stream, len(text(key)), kind, len(value)) + text(key) + value
        for key, kind, value in attributes
    ]
    inner = thing(asf._LIBRARY, struct.pack("<H", len(parts)) + b"".join(parts))
    return thing(asf._EXTENSION, bytes(22) + inner)


def description(title):
    return thing(asf._DESCRIPTION, struct.pack("<5H", len(text(title)), 0, 0, 0, 0) + text(title))


def file(*objects, size=0, sound=b"music"):
    properties = thing(asf._FILE_PROPERTIES, bytes(16) + struct.pack("<Q", size) + b"rest")
    content = b"".join([properties, *objects])
    head = asf.HEADER + struct.pack("<QIH", len(content) + 30, len(objects) + 1, 0x0201)
    return head + content + sound


def inventory(data):
    account = Account()
    read_asf(io.BytesIO(data), account)
    return account.finished(Container.ASF)


def test_tags_are_fields_wherever_they_are_kept():
    here = inventory(file(extended(("WM/Genre", 0, text("Jazz")), ("IsVBR", 2, b"\1\0\0\0"))))
    there = inventory(file(library(("WM/Genre", 0, text("Jazz")), ("IsVBR", 2, b"\1\0"))))
    assert here.fields == there.fields == (("IsVBR", b"1"), ("WM/Genre", b"Jazz"))
    assert here.sound == there.sound


def test_an_attribute_of_a_stream_is_another_field():
    assert inventory(file(library(("A", 0, text("b")), stream=2))).fields == (("stream 2 A", b"b"),)


def test_the_description_has_fixed_names_and_empty_texts_are_none():
    assert inventory(file(description("a"))).fields == (("Title", b"a"),)


def test_bytes_are_kept_with_their_type():
    assert inventory(file(extended(("WM/Picture", 1, b"\xff\0")))).fields == (("WM/Picture", b"\1\xff\0"),)


def test_size_of_the_file_and_padding_are_no_change_all_else_is():
    plain = inventory(file()).sound
    assert inventory(file(thing(asf._PADDING, bytes(99)), size=1_234)).sound == plain
    assert inventory(file(thing(b"x" * 16, b"unknown"))).sound != plain
    assert inventory(file(sound=b"musiC")).sound != plain


@pytest.mark.parametrize(
    "data",
    [
        file()[:40],
        asf.HEADER + struct.pack("<QIH", 10, 0, 0),
        file(thing(asf._DESCRIPTION, b"\1")),
        file(thing(asf._EXTENDED, b"\2\0")),
        file(extended(("A", 0, text("b")))[:24] + b"\1\0\2\0A"),
        file(library(("A", 0, b"\0\xd8"))),
        file(thing(asf._EXTENSION, bytes(22) + b"short")),
    ],
)
def test_what_is_not_wholly_understood_is_damage(data):
    with pytest.raises(DamagedError):
        inventory(data)
