import io
import os

import numpy as np
import pytest

import clipfeat
from genrekit.collection.containers.id3 import unsynchsafe
from genrekit.collection.containers.recognise import take_inventory
from genrekit.collection.journal import opened_journal, read_journal, undo
from genrekit.collection.tagging import Change, Existing, Policy, plan_change, read_tags, write_change
from genrekit.collection.tags import TagFields
from genrekit.collection.vocabulary import Vocabulary
from genrekit.errors import TAGS_UNREADABLE, TAGS_UNSAFE, SettingsError, TagError
from genrekit.values import ClipResult, Prediction
from tests.collection.tagged import CONTAINERS, make_bare, make_tagged


def answer(unsure=False, **proba):
    genre = max(proba, key=proba.get)
    clips = (ClipResult(0.0, 3.0, proba), ClipResult(3.0, 6.0, proba))
    return Prediction(genre, unsure, proba, clips, 6.0, "0" * 16)


JAZZ = answer(jazz=0.6, blues=0.3, rock=0.1)


def planned(policy, *old, prediction=JAZZ, path="a.mp3"):
    return plan_change(path, prediction, TagFields(old), policy)


def test_a_file_without_genre_gets_one():
    assert planned(Policy()).new == ("Jazz",)


def test_an_existing_genre_is_kept_unless_asked():
    change = planned(Policy(), "Swing")
    assert not change.is_needed
    assert change.reason == "has a genre already"
    assert planned(Policy(existing=Existing.REPLACE), "Swing").new == ("Jazz",)
    assert planned(Policy(existing=Existing.MERGE), "Swing").new == ("Swing", "Jazz")


def test_several_genres_are_written_from_a_probability_on():
    assert planned(Policy(max_genres=3)).new == ("Jazz", "Blues")
    assert planned(Policy(max_genres=3, min_proba=0.05)).new == ("Jazz", "Blues", "Rock")
    assert planned(Policy(max_genres=3, min_proba=0.9)).new == ("Jazz",)


def test_an_unsure_answer_is_left_out_or_named():
    unsure = answer(unsure=True, jazz=0.4, rock=0.35)
    assert planned(Policy(), prediction=unsure).reason == "the answer is unsure"
    assert planned(Policy(unsure="Unknown", max_genres=2), prediction=unsure).new == ("Unknown",)


def test_a_vocabulary_decides_the_words():
    vocabulary = Vocabulary(
        names={"jazz": "JAZZ"}, parents={"JAZZ": "Acoustic"}, whitelist=frozenset({"JAZZ", "Acoustic"})
    )
    assert planned(Policy(vocabulary=vocabulary, max_genres=2)).new == ("JAZZ", "Acoustic")
    assert planned(Policy(vocabulary=Vocabulary(whitelist=frozenset({"Polka"})))).reason.startswith("the vocabulary")


def test_what_the_tags_say_already_is_not_written_again():
    assert planned(Policy(existing=Existing.REPLACE), "Jazz").reason == "says so already"
    assert planned(Policy(existing=Existing.MERGE), "jazz").reason == "says so already"
    assert planned(Policy(existing=Existing.REPLACE, confidence=True), "Jazz").is_needed


def test_confidence_and_timeline_go_to_fields_of_their_own():
    extras = planned(Policy(confidence=True, timeline=True)).extras
    assert extras == {"GENREKIT_CONFIDENCE": "0.600", "GENREKIT_TIMELINE": "0-3 jazz; 3-6 jazz"}


@pytest.mark.parametrize("wrong", [{"max_genres": 0}, {"min_proba": 1.5}, {"min_proba": float("nan")}])
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(SettingsError):
        Policy(**wrong)


@pytest.mark.parametrize("make", [make_tagged, make_bare])
@pytest.mark.parametrize("suffix", CONTAINERS)
def test_nothing_but_the_genre_changes_and_undo_gives_every_byte_back(tmp_path, suffix, make):
    path = make(tmp_path / f"a.{suffix}")
    whole = path.read_bytes()
    before, sound = take_inventory(io.BytesIO(whole), "a"), clipfeat.decode(path).samples
    with opened_journal(tmp_path / "j") as journal:
        for genres in (("Jazz", "Blues"), ("x" * 20_000,), ("Rock",)):
            write_change(Change(path, read_tags(path).genres, genres, {"GENREKIT_CONFIDENCE": "0.6"}), journal)
            after = take_inventory(io.BytesIO(path.read_bytes()), "a")
            assert read_tags(path).genres == genres
            assert before.of_others() <= after.of_others()
            assert {key for key, _ in after.of_others() - before.of_others()} <= {"vendor"}
            assert after.sound == before.sound
            assert np.array_equal(clipfeat.decode(path).samples, sound)
    for entry in reversed(read_journal(tmp_path / "j")):
        assert undo(entry)
    assert path.read_bytes() == whole
    assert {path.name for path in tmp_path.iterdir()} == {path.name, "j"}


def test_id3_version_3_is_safe_too(tmp_path):
    path = make_tagged(tmp_path / "a.mp3", version=3, genres=["Rock"])
    whole = path.read_bytes()
    with opened_journal(tmp_path / "j") as journal:
        write_change(Change(path, ("Rock",), ("Jazz", "Blues")), journal)
    assert path.read_bytes()[:4] == b"ID3\x03"
    assert read_tags(path).genres == ("Jazz", "Blues")
    assert undo(read_journal(tmp_path / "j")[0])
    assert path.read_bytes() == whole


def test_the_time_of_modification_is_kept_if_asked(tmp_path):
    path = make_tagged(tmp_path / "a.flac")
    os.utime(path, ns=(10**18, 10**18))
    with opened_journal(tmp_path / "j") as journal:
        write_change(Change(path, (), ("Jazz",)), journal, keep_mtime=True)
        assert path.stat().st_mtime_ns == 10**18
        write_change(Change(path, ("Jazz",), ("Rock",)), journal)
        assert path.stat().st_mtime_ns > 10**18


def test_a_tag_that_the_library_would_silently_drop_is_a_refusal(tmp_path):
    path = make_tagged(tmp_path / "a.mp3")
    whole = path.read_bytes()
    # A second title: the library joins the two.
    frame = b"TIT2" + bytes([0, 0, 0, 6, 0, 0]) + b"\x03again"
    size = unsynchsafe(whole[6:10]) + len(frame)
    doubled = whole[:6] + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + frame + whole[10:]
    path.write_bytes(doubled)
    with opened_journal(tmp_path / "j") as journal, pytest.raises(TagError, match="TIT2 would be lost") as refused:
        write_change(Change(path, (), ("Jazz",)), journal)
    assert refused.value.kind is TAGS_UNSAFE
    assert path.read_bytes() == doubled
    assert read_journal(tmp_path / "j") == []


def test_a_comment_that_is_no_utf8_is_a_refusal(tmp_path):
    path = make_tagged(tmp_path / "a.flac")
    broken = path.read_bytes().replace("Albüm".encode(), b"Alb\xff\xfem")
    path.write_bytes(broken)
    with opened_journal(tmp_path / "j") as journal, pytest.raises(TagError, match="ALBUM would be lost"):
        write_change(Change(path, (), ("Jazz",)), journal)
    assert path.read_bytes() == broken


def test_an_unreadable_tag_is_a_refusal_never_a_fresh_one(tmp_path):
    path = make_tagged(tmp_path / "a.mp3")
    broken = bytearray(path.read_bytes())
    broken[10:14] = b"\1\2\3\4"
    path.write_bytes(broken)
    with opened_journal(tmp_path / "j") as journal, pytest.raises(TagError) as refused:
        write_change(Change(path, (), ("Jazz",)), journal)
    assert refused.value.kind is TAGS_UNREADABLE
    assert path.read_bytes() == bytes(broken)
    with pytest.raises(TagError, match="cannot be read"):
        read_tags(tmp_path / "gone.mp3")
