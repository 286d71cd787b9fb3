import io

import pytest

from genrekit.collection.containers.inventory import Container
from genrekit.collection.containers.recognise import recognise, take_inventory
from genrekit.errors import TAGS_UNREADABLE, TAGS_UNSUPPORTED, TagError
from tests.collection.tagged import CONTAINERS, make_bare, make_tagged


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_the_content_decides_not_the_name(tmp_path, suffix):
    path = make_tagged(tmp_path / f"a.{suffix}").rename(tmp_path / "misleading.txt")
    with path.open("rb") as file:
        assert recognise(file) is Container(suffix)


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_files_without_tags_are_recognised_too(tmp_path, suffix):
    with make_bare(tmp_path / f"a.{suffix}").open("rb") as file:
        assert take_inventory(file, "a").container is Container(suffix)


@pytest.mark.parametrize(
    "head", [b"", b"RIFF", b"no sound at all", b"OggS" + 60 * b"x", b"\xff\xf1\x50\x80" + 60 * b"x"]
)
def test_what_cannot_be_written_is_refused(head):
    assert recognise(io.BytesIO(head)) is None
    with pytest.raises(TagError, match=r"^x: ") as refused:
        take_inventory(io.BytesIO(head), "x")
    assert refused.value.kind is TAGS_UNSUPPORTED


@pytest.mark.parametrize("suffix", [suffix for suffix in CONTAINERS if suffix != "mp3"])
def test_a_file_cut_in_its_structure_is_refused(tmp_path, suffix):
    whole = make_tagged(tmp_path / f"a.{suffix}").read_bytes()
    with pytest.raises(TagError) as refused:
        take_inventory(io.BytesIO(whole[:200]), "a")
    assert refused.value.kind is TAGS_UNREADABLE


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_cut_or_altered_anywhere_it_is_refused_or_read_but_never_a_crash(tmp_path, suffix):
    whole = make_tagged(tmp_path / f"a.{suffix}").read_bytes()
    before = take_inventory(io.BytesIO(whole), "a")
    step = max(1, len(whole) // 60)
    for at in [*range(60), *range(60, len(whole), step)]:
        for changed in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            try:
                after = take_inventory(io.BytesIO(changed), "a")
            except TagError:
                continue
            assert after.container is before.container or at < 64
