import numpy as np
import pytest

import clipfeat
from genrekit.pipeline.members.table import at_level
from tests.making import make_music


@pytest.mark.parametrize("gain", [0.05, 0.5, 3.0])
def test_a_row_brought_to_a_level_is_the_row_of_the_sound_brought_to_it(gain):
    music = make_music(5.0)
    leveled = music * np.float32(10 ** (-17 / 20) / np.sqrt(np.mean(np.square(music))))
    config = clipfeat.FeatureConfig()
    expected = clipfeat.extract_tabular(leveled, config)
    row = clipfeat.extract_tabular(music * np.float32(gain), config)
    # Frames at the ends reach beyond the sound, so the frames' level is a little below the clip's own.
    assert at_level(row[None], np.zeros(1, np.int64), -17.0)[0] == pytest.approx(expected, rel=0.06, abs=0.02)


def test_rows_of_a_track_share_one_gain():
    column = clipfeat.TABULAR_NAMES.index("rms_mean")
    rows = np.zeros((3, 57))
    rows[:, column] = [0.1, 0.3, 0.2]
    leveled = at_level(rows, np.array([0, 0, 1]), -17.0)
    assert leveled[1, column] / leveled[0, column] == pytest.approx(3)
    assert leveled[2, column] == pytest.approx(10 ** (-17 / 20))
