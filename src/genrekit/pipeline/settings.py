"""The settings that training decides and the artifact carries to where it answers."""

from __future__ import annotations

from typing import Final

import clipfeat

LEVEL_DBFS: Final = -17.0
"""Root mean square to which every track is brought first [dB re full scale]."""

PATCH_FRAMES: Final = 125
HOP_FRAMES: Final = 124
"""Two seconds, side by side: as long as the shortest excerpts, so that length cannot give a genre away."""

TABULAR: Final = clipfeat.FeatureConfig(recipe="modern")
TABULAR_CLIP_SECONDS: Final = 10.0
"""As long as the windows of the published table that has rows of all tracks."""

CLIP_SECONDS: Final = 3.0
"""Length of a stretch of the timeline [s]."""
