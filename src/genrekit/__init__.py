"""The genre of recorded music: offline, fast, with probabilities that mean what they say.

>>> from genrekit import Predictor
>>> Predictor.load().predict("song.mp3").genre  # doctest: +SKIP
'jazz'
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genrekit.errors import (
        ArtifactError,
        AudioError,
        DatasetError,
        GenrekitError,
        MissingExtraError,
        SettingsError,
    )
    from genrekit.predictor import Predictor
    from genrekit.values import ClipResult, Prediction

__version__ = "0.1.0"

__all__ = [
    "ArtifactError",
    "AudioError",
    "ClipResult",
    "DatasetError",
    "GenrekitError",
    "MissingExtraError",
    "Prediction",
    "Predictor",
    "SettingsError",
    "__version__",
]

# Resolved when first asked for: `genrekit --version` and `--help` must not pay for NumPy.
_HOMES = {
    "ArtifactError": "genrekit.errors",
    "AudioError": "genrekit.errors",
    "ClipResult": "genrekit.values",
    "DatasetError": "genrekit.errors",
    "GenrekitError": "genrekit.errors",
    "MissingExtraError": "genrekit.errors",
    "Prediction": "genrekit.values",
    "Predictor": "genrekit.predictor",
    "SettingsError": "genrekit.errors",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'genrekit' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
