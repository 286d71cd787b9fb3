import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.collection import delta as module
from genrekit.collection.delta import apply_delta, make_delta

bodies = st.binary(max_size=400)


def restored(delta, new):
    old = io.BytesIO()
    apply_delta(delta, io.BytesIO(new), old)
    return old.getvalue()


def delta_of(old, new):
    return make_delta(io.BytesIO(old), io.BytesIO(new))


@given(bodies, bodies)
def test_any_file_comes_back_from_any_other(old, new):
    assert restored(delta_of(old, new), new) == old


@given(bodies, bodies, bodies, bodies)
def test_it_comes_back_when_something_in_the_middle_is_replaced(head, tail, ours, theirs):
    old, new = head + ours + tail, head + theirs + tail
    assert restored(delta_of(old, new), new) == old


@pytest.mark.parametrize("block", [7, 64, 1000])
def test_the_size_of_the_blocks_makes_no_difference(monkeypatch, block):
    monkeypatch.setattr(module, "_BLOCK", block)
    sound = bytes(range(256)) * 20
    old, new = b"old head" + sound + b"old tail", b"a longer new head" + sound + b"tail"
    assert restored(delta_of(old, new), new) == old


def test_what_is_moved_is_not_kept():
    sound = io.BytesIO()
    for number in range(5_000):
        sound.write(number.to_bytes(4, "big") * 3)
    delta = delta_of(b"tag" + sound.getvalue(), b"another tag" + sound.getvalue())
    assert len(delta) < 100


def test_what_is_moved_behind_changed_numbers_is_not_kept_either():
    pages = [b"page%05d" % number + bytes((number * k) % 251 for k in range(300)) for number in range(200)]
    renumbered = [b"page%05d" % (number + 1) + page[9:] for number, page in enumerate(pages)]
    delta = delta_of(b"head" + b"".join(pages), b"longer head" + b"".join(renumbered))
    assert len(delta) < 0.2 * 200 * 309


@pytest.mark.parametrize("broken", [b"", b"no zlib", zlib.compress(b"abc"), zlib.compress(b"\x11" + 7 * b"\0" + b"c")])
def test_damaged_deltas_are_told(broken):
    with pytest.raises(ValueError, match="damaged"):
        restored(broken, b"new")


def test_another_file_than_the_new_one_is_told_when_it_is_shorter():
    delta = delta_of(bytes(range(200)), bytes(range(200)) + b"x")
    with pytest.raises(ValueError, match="shorter"):
        restored(delta, b"short")
