import os
from pathlib import Path

import pytest

from genrekit.collection.places import Url, key_of, parse_place, place_of


@pytest.mark.parametrize(
    "text", ["s3://bucket/a.mp3", "memory://a", "zip://a.mp3::file:///x.zip", "simplecache::s3://bucket/a", "gs://b"]
)
def test_an_address_is_taken_as_one(text):
    assert parse_place(text) == Url(text)
    assert str(parse_place(text)) == text


@pytest.mark.parametrize("text", ["music", "/music/a.mp3", "C:/music", "a::b.mp3", "what: is this.mp3", "a:/b"])
def test_all_else_is_a_path(text):
    assert parse_place(text) == Path(text)


@pytest.mark.parametrize("scheme", ["file", "local", "FILE"])
def test_a_file_address_is_a_path_of_this_machine(scheme):
    assert parse_place(f"{scheme}:///music/with%20space/a.mp3") == Path("/music/with space/a.mp3")


@pytest.mark.parametrize("place", [Path("/music/a.mp3"), Path(os.fsdecode(b"/caf\xe9.mp3")), Url("s3://b/né.mp3")])
def test_a_place_comes_back_from_its_key(place):
    assert place_of(key_of(place)) == place


def test_the_key_of_a_path_is_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert key_of(Path("a.mp3")) == key_of(tmp_path / "a.mp3")


@pytest.mark.parametrize(
    ("folder", "file"),
    [
        ("s3://bucket", "s3://bucket/x/a.mp3"),
        ("s3://bucket/music/", "s3://bucket/music/x/a.mp3"),
        ("memory://", "memory://x/a.mp3"),
        ("zip://::file:///z.zip", "zip://x/a.mp3::file:///z.zip"),
        ("zip://music::file:///z.zip", "zip://music/x/a.mp3::file:///z.zip"),
        ("simplecache::s3://bucket", "simplecache::s3://bucket/x/a.mp3"),
    ],
)
def test_what_lies_below_keeps_the_chain(folder, file):
    assert Url(folder).below("x/a.mp3") == Url(file)


def test_an_address_has_the_parts_of_a_path():
    url = Url("zip://music/x/a.mp3::file:///z.zip")
    assert (url.name, url.suffix, url.parent) == ("a.mp3", ".mp3", Url("zip://music/x::file:///z.zip"))
