"""Write librosa_0_11.npz: what librosa 0.11 gives for the synthesised signals.

Run from the folder of the distribution, in an environment with librosa 0.11:
PYTHONPATH=tests python tests/golden/make_golden.py
"""

import sys
from pathlib import Path

import librosa
import numpy as np
import oracle
from settings_tried import CONFIGS, OF_ALL_CONFIGS
from signals import SIGNALS, music


def rows() -> dict[str, np.ndarray]:
    """All arrays of the file by name."""
    arrays = {}
    for config_name, config in CONFIGS.items():
        for signal in SIGNALS if config_name == "default" else OF_ALL_CONFIGS:
            arrays[f"tabular/{config_name}/{signal}"] = oracle.tabular(SIGNALS[signal](), config)
        arrays[f"logmel/{config_name}"] = oracle.logmel(music(0.7), config)
        arrays[f"mfcc/{config_name}"] = oracle.mfcc(music(0.7), config)
    return arrays


if __name__ == "__main__":
    if not librosa.__version__.startswith("0.11."):
        sys.exit(f"librosa 0.11 is wanted, this is {librosa.__version__}")
    np.savez_compressed(Path(__file__).with_name("librosa_0_11.npz"), **rows())
