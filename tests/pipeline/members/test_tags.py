"""What the nets know of genres by their tags."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.backbone.graph import build_model
from genrekit.pipeline.members.fill import tag_logits
from genrekit.pipeline.members.tags import GENRE_TAGS, MSD_TAGS, MTT_TAGS, TAGS, genre_tags, tag_weights
from genrekit.sessions import open_session
from tests.pipeline.backbone.plain import random_variables


def test_each_net_has_fifty_tags_none_twice() -> None:
    assert len(set(MSD_TAGS)) == len(MSD_TAGS) == 50
    assert len(set(MTT_TAGS)) == len(MTT_TAGS) == 50
    assert len(set(TAGS)) == 100


def test_the_tags_of_a_genre_exist() -> None:
    assert {tag for tags in GENRE_TAGS.values() for tag in tags} <= set(TAGS)


def test_all_genres_but_reggae_have_tags_and_share_them_out_evenly() -> None:
    shares = genre_tags(GTZAN_GENRES)
    sums = dict(zip(GTZAN_GENRES, shares.sum(axis=0), strict=True))
    assert sums == pytest.approx({genre: float(genre != "reggae") for genre in GTZAN_GENRES})
    assert shares[TAGS.index("msd:jazz"), GTZAN_GENRES.index("jazz")] == 1
    assert shares[TAGS.index("mtt:metal"), GTZAN_GENRES.index("metal")] == pytest.approx(1 / 3)


def test_spellings_do_not_matter_and_unknown_genres_have_none() -> None:
    shares = genre_tags(("Hip-Hop", "polka"))
    assert shares[TAGS.index("msd:Hip-Hop"), 0] == 1
    assert not shares[:, 1].any()


def test_weights_are_the_linear_map_from_embedding_to_the_log_odds_of_the_tags() -> None:
    nets = {"msd": random_variables(1), "mtt": random_variables(2)}
    model = build_model(nets, "made up")
    session = open_session(model.SerializeToString())
    mel = np.random.default_rng(0).uniform(0, 4, (2, 60, 96)).astype(np.float32)
    embedding, msd, mtt = session.run(["embedding", "msd.tags", "mtt.tags"], {"mel": mel})
    moved = np.diff(embedding, axis=0) @ tag_weights(model.SerializeToString())
    expected = np.diff(tag_logits(np.concatenate([msd, mtt], axis=1)), axis=0)
    np.testing.assert_allclose(moved, expected, atol=1e-3)


def test_a_graph_without_the_nets_last_layers_is_no_backbone() -> None:
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 784])
    graph = helper.make_graph([], "empty", [], [output])
    with pytest.raises(KeyError, match="msd"):
        tag_weights(onnx.helper.make_model(graph).SerializeToString())
