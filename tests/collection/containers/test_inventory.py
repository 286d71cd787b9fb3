import io

import pytest

from genrekit.collection.containers.inventory import (
    Account,
    Container,
    DamagedError,
    differences,
    file_size,
    is_ours,
    read_exactly,
)


def account_of(*fields, sound=b"sound"):
    account = Account()
    account.add_sound("stream", sound)
    for key, content in fields:
        account.add_field(key, content)
    return account.finished(Container.MP3)


@pytest.mark.parametrize("key", ["TCON", "GENRE", "©gen", "gnre", "WM/Genre", "TXXX:GENREKIT_CONFIDENCE"])
def test_genres_and_own_fields_may_change(key):
    assert is_ours(key)
    assert differences(account_of((key, b"a")), account_of((key, b"b"), (key, b"c"))) == []


@pytest.mark.parametrize("key", ["TIT2", "TXXX:MOOD", "TXXX:MY_GENREKIT_X", "COMM:eng"])
def test_everything_else_may_not(key):
    assert not is_ours(key)
    assert differences(account_of((key, b"a")), account_of((key, b"b"))) == [f"the tag {key} would be lost or altered"]


def test_a_tag_that_comes_twice_may_not_come_once():
    assert differences(account_of(("TIT2", b"a"), ("TIT2", b"a")), account_of(("TIT2", b"a")))


def test_a_tag_that_appears_is_a_difference_but_for_the_name_of_a_new_writer():
    assert differences(account_of(), account_of(("TIT2", b"a"))) == ["the tag TIT2 would appear"]
    assert differences(account_of(), account_of(("vendor", b"mutagen"))) == []
    assert differences(account_of(("vendor", b"lame")), account_of(("vendor", b"mutagen"))) != []


def test_one_byte_of_sound_is_a_difference():
    assert differences(account_of(), account_of(sound=b"sounD")) == ["bytes that are no tag have changed"]


def test_parts_cannot_be_shifted_against_each_other():
    one, other = Account(), Account()
    one.add_sound("a", b"xy")
    one.add_sound("a", b"z")
    other.add_sound("a", b"x")
    other.add_sound("a", b"yz")
    assert one.finished(Container.MP3).sound != other.finished(Container.MP3).sound


def test_a_stretch_counts_like_its_bytes():
    one, other = Account(), Account()
    one.add_sound("a", b"cde")
    other.add_stretch("a", io.BytesIO(b"abcdef"), 2, 5)
    assert one.finished(Container.MP3).sound == other.finished(Container.MP3).sound


def test_a_file_that_ends_early_is_damaged():
    with pytest.raises(DamagedError, match="inside the header"):
        read_exactly(io.BytesIO(b"abc"), 4, "the header")
    with pytest.raises(DamagedError, match="inside mdat"):
        Account().add_stretch("mdat", io.BytesIO(b"abc"), 0, 4)
    assert file_size(io.BytesIO(b"abc")) == 3
