import clipfeat
from genrekit.artifact import read_artifact
from genrekit.pipeline import settings


def test_the_artifact_that_ships_was_trained_with_these_settings():
    manifest = read_artifact().manifest
    embedding, tabular = manifest.views.embedding, manifest.views.tabular
    assert manifest.views.level_dbfs == settings.LEVEL_DBFS
    assert manifest.clip_seconds == settings.CLIP_SECONDS
    assert (embedding.patch_frames, embedding.hop_frames) == (settings.PATCH_FRAMES, settings.HOP_FRAMES)
    assert tabular.fingerprint == settings.TABULAR.fingerprint
    assert tabular.clip_seconds == settings.TABULAR_CLIP_SECONDS


def test_patches_lie_side_by_side():
    # A patch of n frames covers n - 1 hops.
    assert settings.HOP_FRAMES == settings.PATCH_FRAMES - 1


def test_the_features_are_those_of_the_published_table():
    assert clipfeat.FeatureConfig(recipe="modern") == settings.TABULAR
