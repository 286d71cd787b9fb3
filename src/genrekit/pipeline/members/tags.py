"""What the pretrained nets already know of genres: the tags that mean one, and where they lie in the embedding.

The nets were trained to tag recordings in the hundreds of thousands, by listeners' own words. A tag's log-odds are an
exact linear function of the embedding, so each such word is a direction from which a genre's weights can start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from genrekit.genres import canonical_genre

MSD_TAGS: Final = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s", "alternative rock",
    "jazz", "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul", "indie rock", "Mellow",
    "electronica", "80s", "folk", "90s", "chill", "instrumental", "punk", "oldies", "blues", "hard rock", "ambient",
    "acoustic", "experimental", "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country", "easy listening",
    "sexy", "catchy", "funk", "electro", "heavy metal", "Progressive rock", "60s", "rnb", "indie pop", "sad", "House",
    "happy",
)  # fmt: skip
"""Of the net trained on the Million Song Dataset, in the order of its outputs."""

MTT_TAGS: Final = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock", "fast", "piano", "ambient",
    "beat", "violin", "vocal", "synth", "female", "indian", "opera", "male", "singing", "vocals", "no vocals",
    "harpsichord", "loud", "quiet", "flute", "woman", "male vocal", "no vocal", "pop", "soft", "sitar", "solo", "man",
    "classic", "choir", "voice", "new age", "dance", "male voice", "female vocal", "beats", "harp", "cello",
    "no voice", "weird", "country", "metal", "female voice", "choral",
)  # fmt: skip
"""Of the net trained on MagnaTagATune, in the order of its outputs."""

TAGS: Final = (*(f"msd:{tag}" for tag in MSD_TAGS), *(f"mtt:{tag}" for tag in MTT_TAGS))

GENRE_TAGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "blues": ("msd:blues",),
        "classical": ("mtt:classical", "mtt:classic"),
        "country": ("msd:country", "mtt:country"),
        "disco": ("msd:70s", "msd:dance", "msd:funk", "msd:party"),
        "hiphop": ("msd:Hip-Hop",),
        "jazz": ("msd:jazz",),
        "metal": ("msd:metal", "msd:heavy metal", "mtt:metal"),
        "pop": ("msd:pop", "mtt:pop"),
        "rock": ("msd:rock", "msd:classic rock", "mtt:rock"),
    }
)
"""Tags that are a genre's name, or together describe it. By the meaning of the words, not by any figure."""

_NETS: Final = ("msd", "mtt")


def tag_weights(backbone: bytes) -> NDArray[np.float64]:
    """The linear map from an embedding to the log-odds of all `TAGS`, without its constant.

    Args:
        backbone: serialised graph with the output ``embedding``, whose first values are the nets' penultimate
            layers, and the weights of their last layers.

    Returns:
        float64 (n_dims, 100).
    """
    graph = onnx.load_model_from_string(backbone).graph
    (embedding,) = (output for output in graph.output if output.name == "embedding")
    arrays = {array.name: array for array in graph.initializer}
    layers = [numpy_helper.to_array(arrays[f"{net}.logits_weights"]) for net in _NETS]
    weights = np.zeros((embedding.type.tensor_type.shape.dim[1].dim_value, len(TAGS)))
    row = column = 0
    for layer in layers:
        n_values, n_tags = layer.shape
        weights[row : row + n_values, column : column + n_tags] = layer
        row, column = row + n_values, column + n_tags
    return weights


def genre_tags(genres: Sequence[str]) -> NDArray[np.float64]:
    """Which tags stand for which genre: float64 (100, n_genres), a genre's shares sum to 1, or to 0 if it has none.

    Args:
        genres: names in any known spelling; nothing is known of others.
    """
    shares = np.zeros((len(TAGS), len(genres)))
    for column, genre in enumerate(genres):
        tags = GENRE_TAGS.get(canonical_genre(genre), ())
        for tag in tags:
            shares[TAGS.index(tag), column] = 1 / len(tags)
    return shares
