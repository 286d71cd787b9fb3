"""The tabular view: the 57 classic features of each clip."""

from __future__ import annotations

import numpy as np

import clipfeat
from genrekit.values import Clips, View


def tabular_view(clips: Clips, config: clipfeat.FeatureConfig) -> View:
    """Describe each clip by the 57 features of `clipfeat.TABULAR_NAMES`.

    Args:
        clips: at the sample rate of `config`.
        config: of the features.

    Returns:
        Values float32 (n_clips, 57).
    """
    rows = [clipfeat.extract_tabular(clip, config) for clip in clips.samples]
    return View(np.stack(rows).astype(np.float32), clips.spans)
