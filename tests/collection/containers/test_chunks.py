import io
import struct

import pytest

from genrekit.collection.containers.chunks import read_aiff, read_wav
from genrekit.collection.containers.inventory import Account, Container, DamagedError
from tests.collection.containers.test_id3 import frame, tag

TAG = tag(frame(b"TIT2", b"\3a"))


def form(*chunks, head=b"RIFF", kind=b"WAVE", order="<", size=None, tail=b""):
    body = b"".join(
        name + struct.pack(order + "I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return head + struct.pack(order + "I", len(body) + 4 if size is None else size) + kind + body + tail


def inventory(data, read=read_wav):
    account = Account()
    read(io.BytesIO(data), account)
    return account.finished(Container.WAV)


FORMAT, SOUND = (b"fmt ", bytes(16)), (b"data", b"odd")


def test_the_tag_is_found_in_its_chunk_wherever_it_stands():
    for chunks in ([FORMAT, SOUND, (b"id3 ", TAG)], [FORMAT, (b"ID3 ", TAG), SOUND]):
        assert inventory(form(*chunks)).fields == (("TIT2", b"a"),)


def test_a_tag_changes_nothing_of_the_sound():
    assert inventory(form(FORMAT, SOUND)).sound == inventory(form(FORMAT, SOUND, (b"id3 ", TAG))).sound


@pytest.mark.parametrize("other", [(b"data", b"odD"), (b"LIST", b"INFO"), (b"Data", b"odd")])
def test_any_other_chunk_is_sound(other):
    assert inventory(form(FORMAT, SOUND)).sound != inventory(form(FORMAT, other)).sound


def test_bytes_after_the_form_are_kept_too():
    assert inventory(form(SOUND, tail=b"abcd")).sound != inventory(form(SOUND, tail=b"abcx")).sound


def test_aiff_is_the_same_in_the_other_order_of_bytes():
    options = {"head": b"FORM", "kind": b"AIFF", "order": ">"}
    bare = inventory(form((b"SSND", b"odd"), **options), read_aiff)
    tagged = inventory(form((b"SSND", b"odd"), (b"ID3 ", TAG), **options), read_aiff)
    assert (tagged.fields, tagged.sound) == ((("TIT2", b"a"),), bare.sound)


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF",
        form(SOUND, size=10_000),
        form(SOUND)[:-4],
        form(SOUND)[:16] + struct.pack("<I", 99) + form(SOUND)[20:],
        form((b"id3 ", TAG[:-3])),
    ],
)
def test_sizes_that_do_not_fit_are_damage(data):
    with pytest.raises(DamagedError):
        inventory(data)
