import io
import struct

import pytest

from genrekit.collection.containers.inventory import Account, Container, DamagedError
from genrekit.collection.containers.vorbis import read_comment, read_flac, read_ogg_opus, read_ogg_vorbis
from tests.collection.containers.test_id3 import frame, tag


def comment(*comments, vendor=b"enc"):
    parts = [struct.pack("<I", len(text)) + text for text in comments]
    return struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(parts)) + b"".join(parts)


def block(kind, content, last=False):
    return bytes([kind | 0x80 * last]) + len(content).to_bytes(3, "big") + content


def page(*packets, serial=1, number=0, checksum=0, unfinished=False):
    lacing = b""
    for packet in packets:
        lacing += b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
    if unfinished:
        lacing = lacing[:-1]
    head = b"OggS\0\0" + bytes(8) + struct.pack("<III", serial, number, checksum) + bytes([len(lacing)])
    return head + lacing + b"".join(packets)


def inventory(data, read):
    account = Account()
    read(io.BytesIO(data), account)
    return account.finished(Container.FLAC)


def flac(*blocks, frames=b"frames"):
    return b"fLaC" + b"".join(blocks) + frames


def vorbis(tags, *pages):
    return page(b"\x01vorbis id") + page(b"\x03vorbis" + tags + b"\1", b"\x05vorbis set-up") + b"".join(pages)


def opus(tags, *pages):
    return page(b"OpusHead") + page(b"OpusTags" + tags) + b"".join(pages)


def test_comments_are_fields_whose_keys_know_no_case():
    account = Account()
    content = comment(b"Title=a=b", b"ARTIST=\xff")
    assert read_comment(content, account) == len(content)
    assert account.fields == [("vendor", b"enc"), ("TITLE", b"a=b"), ("ARTIST", b"\xff")]


@pytest.mark.parametrize("content", [b"", comment(b"no name"), comment(b"a=b")[:-1], comment()[:-2], b"\xff" * 8])
def test_a_comment_that_is_cut_or_has_no_name_is_damage(content):
    with pytest.raises(DamagedError):
        read_comment(content, Account())


def test_flac_padding_counts_as_nothing_and_pictures_as_fields():
    plain = inventory(flac(block(0, b"info"), block(4, comment(b"A=b")), block(6, b"image", last=True)), read_flac)
    padded = inventory(
        flac(block(0, b"info"), block(1, bytes(9)), block(6, b"image"), block(4, comment(b"A=b"), last=True)), read_flac
    )
    assert plain == padded
    assert ("block 6", b"image") in plain.fields


def test_flac_frames_are_sound_and_an_id3_tag_before_them_is_kept():
    info = block(0, b"info", last=True)
    bare, other = inventory(flac(info), read_flac), inventory(flac(info, frames=b"framez"), read_flac)
    behind = inventory(tag(frame(b"TIT2", b"\3a")) + flac(info), read_flac)
    assert len({bare.sound, other.sound, behind.sound}) == 3
    assert behind.fields == bare.fields


@pytest.mark.parametrize(
    "data", [b"fLaC", flac(block(0, b"info")), b"fLaC\x84\0\0\x99", tag(frame(b"TIT2", b"\3a")) + b"fLaX"]
)
def test_flac_that_ends_early_is_damage(data):
    with pytest.raises(DamagedError):
        inventory(data[:12] if data == flac(block(0, b"info")) else data, read_flac)


def test_ogg_pages_may_be_numbered_anew_but_not_changed():
    tags = comment(b"A=b")
    one = inventory(vorbis(tags, page(b"sound", number=2, checksum=7)), read_ogg_vorbis)
    renumbered = inventory(vorbis(tags, page(b"sound", number=9, checksum=8)), read_ogg_vorbis)
    changed = inventory(vorbis(tags, page(b"sounD", number=2)), read_ogg_vorbis)
    assert one == renumbered != changed
    assert ("A", b"b") in one.fields


def test_ogg_headers_are_the_same_however_they_lie_in_pages():
    tags = comment(b"A=" + b"b" * 400)
    packets = [b"\x03vorbis" + tags + b"\1", b"\x05vorbis set-up"]
    together = page(b"\x01vorbis id") + page(*packets) + page(b"sound")
    apart = (
        page(b"\x01vorbis id")
        + page(packets[0][:255], unfinished=True)
        + page(packets[0][255:], packets[1])
        + page(b"sound")
    )
    assert inventory(together, read_ogg_vorbis) == inventory(apart, read_ogg_vorbis)


def test_opus_has_two_headers_and_other_streams_are_sound():
    tags = comment(b"A=b")
    one = inventory(opus(tags, page(b"sound")), read_ogg_opus)
    other = inventory(opus(tags, page(b"sound"), page(b"video", serial=2)), read_ogg_opus)
    first = inventory(page(b"OpusHead") + page(b"video", serial=2) + page(b"OpusTags" + tags), read_ogg_opus)
    assert len({one.sound, other.sound, first.sound}) == 3
    assert one.fields == other.fields == first.fields == (("A", b"b"), ("vendor", b"enc"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        page(b"OpusHead"),
        page(b"OpusHead") + page(b"OpusTagz" + comment()),
        page(b"OpusHead") + page(b"OpusTags" + comment(), b"sound in a page of headers"),
        opus(comment()) + b"junk between the pages, long enough",
        opus(comment(), page(b"sound"))[:-2],
        page(b"OpusHead") + page(b"OpusTags" + comment())[:30],
    ],
)
def test_ogg_that_is_not_wholly_understood_is_damage(data):
    with pytest.raises(DamagedError):
        inventory(data, read_ogg_opus)
