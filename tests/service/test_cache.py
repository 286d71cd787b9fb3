from genrekit.service.cache import AnswerCache, CacheKey
from tests.service.live import RECORD


def key(content="a", **other):
    return CacheKey(**({"sha256": content, "form": "audio", "max_seconds": None, "artifact_id": "1"} | other))


def test_what_was_kept_is_found():
    cache = AnswerCache(2)
    cache.keep(key(), RECORD)
    assert cache.find(key()) is RECORD


def test_another_content_option_form_or_artifact_is_another_answer():
    cache = AnswerCache(2)
    cache.keep(key(), RECORD)
    others = [key("b"), key(form="samples"), key(max_seconds=5.0), key(artifact_id="2")]
    assert [cache.find(other) for other in others] == [None] * 4


def test_the_answer_not_asked_for_the_longest_is_forgotten():
    cache = AnswerCache(2)
    for content in ("a", "b"):
        cache.keep(key(content), RECORD)
    cache.find(key("a"))
    cache.keep(key("c"), RECORD)
    assert [cache.find(key(content)) is None for content in "abc"] == [False, True, False]
    assert len(cache) == 2


def test_a_cache_of_no_entries_keeps_nothing():
    cache = AnswerCache(0)
    cache.keep(key(), RECORD)
    assert cache.find(key()) is None
