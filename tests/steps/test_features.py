import numpy as np

import clipfeat
from genrekit.steps.clips import cut_clips
from genrekit.steps.features import tabular_view


def test_each_clip_is_a_row_of_the_57_features(music):
    config = clipfeat.FeatureConfig()
    clips = cut_clips(music(7.0), 22_050, 3.0)
    view = tabular_view(clips, config)
    assert view.values.shape == (2, 57)
    assert view.values.dtype == np.float32
    assert view.spans is clips.spans
    expected = clipfeat.extract_tabular(clips.samples[1], config)
    assert np.array_equal(view.values[1], expected.astype(np.float32))
