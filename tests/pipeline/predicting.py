"""Out-of-fold predictions made on the spot."""

from __future__ import annotations

import numpy as np

from genrekit.pipeline.out_of_fold import OutOfFold

N_TRACKS = 60


def make_predictions(swap_truth_of=None) -> OutOfFold:
    """Two members, one good and one poor, on three genres in two shuffles of four folds."""
    generator = np.random.default_rng(0)
    truth = np.arange(N_TRACKS) % 3
    rows = {}
    for name, skill in (("good", 3.0), ("poor", 0.3)):
        logits = generator.normal(0, 1, (2, N_TRACKS, 3))
        logits[:, np.arange(N_TRACKS), truth] += skill
        rows[name] = (logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))).astype(np.float32)
    if swap_truth_of is not None:
        truth = np.where(swap_truth_of, (truth + 1) % 3, truth)
    return OutOfFold(
        names=tuple(f"track{index}" for index in range(N_TRACKS)),
        genres=("a", "b", "c"),
        truth=truth,
        groups=tuple(f"artist{index // 2}" for index in range(N_TRACKS)),
        kinds=tuple("whole" if index % 4 else "excerpt" for index in range(N_TRACKS)),
        shuffles=("fold_a", "fold_b"),
        folds=np.stack([np.arange(N_TRACKS) // 2 % 4, np.arange(N_TRACKS) // 4 % 4]),
        log_proba=rows,
    )
