import numpy as np
import pytest

from genrekit.artifact import read_artifact
from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.members.tags import GENRE_TAGS, MSD_TAGS, MTT_TAGS, TAGS, genre_tags, tag_weights
from genrekit.sessions import open_session


def test_each_net_has_fifty_tags():
    assert len(set(MSD_TAGS)) == len(set(MTT_TAGS)) == 50
    assert len(TAGS) == 100


def test_genres_are_described_by_tags_that_exist():
    assert set(GENRE_TAGS) < set(GTZAN_GENRES)
    assert all(tag in TAGS for tags in GENRE_TAGS.values() for tag in tags)


def test_a_genres_shares_sum_to_one_or_to_none():
    shares = genre_tags(("jazz", "reggae", "Heavy Metal", "fado"))
    assert shares.sum(axis=0) == pytest.approx([1, 0, 1, 0])
    assert shares[TAGS.index("msd:jazz"), 0] == 1


def test_the_weights_turn_an_embedding_into_the_nets_own_tags():
    backbone = read_artifact().files["backbone.onnx"]
    mel = np.random.default_rng(0).uniform(0, 3, (2, 125, 96)).astype(np.float32)
    embedding, *tags = open_session(backbone).run(["embedding", "msd.tags", "mtt.tags"], {"mel": mel})
    logits = embedding.astype(np.float64) @ tag_weights(backbone)
    probabilities = np.concatenate(tags, axis=1).astype(np.float64)
    own = np.log(probabilities) - np.log1p(-probabilities)
    # Up to the constants, which cancel between two patches; a probability near 1 keeps few digits in float32.
    assert logits[1] - logits[0] == pytest.approx(own[1] - own[0], abs=0.02)
