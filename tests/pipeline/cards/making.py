"""What other stages would have written, for cards to be rendered from."""

from __future__ import annotations

import msgspec

from genrekit.artifact import MemberEntry
from genrekit.pipeline.cards.models import Evidence
from genrekit.pipeline.cards.sources import GTZAN
from genrekit.pipeline.evaluate import evaluate
from tests.making import tiny_manifest
from tests.pipeline.predicting import make_predictions


def make_evidence() -> Evidence:
    """Evidence of two members, of which one answers alone."""
    predictions = make_predictions()
    figures = {"scored": 60, "artists": 30, "accuracy": 0.8, "interval": [0.7, 0.9]}
    both = {name: {"track": figures, "clip": figures} for name in predictions.log_proba}
    row = {
        "name": "noise_20", "family": "noise", "amount": 20.0, "unit": "dB below", "scope": "long", "tracks": 60,
        "accuracy": 0.7, "untouched": 0.8, "loss": 0.1, "loss_interval": [0.0, 0.2], "confidence": 0.6,
        "confidence_untouched": 0.7,
    }  # fmt: skip
    members = (MemberEntry("good", "tabular", "linear.onnx", 1.0), MemberEntry("poor", "tabular", "linear.onnx", 0.0))
    return Evidence(
        manifest=msgspec.structs.replace(tiny_manifest(), members=members, provenance={"revision": "0123"}),
        metrics=evaluate(predictions),
        protocols={"protocols": [{"name": "artist-grouped folds", "note": "the headline", "members": both}]},
        robustness={"protocol": "heads of the folds", "rows": [row], "unseen_mean": 0.6, "not_measured": ["mp3_32"]},
        predictions=predictions,
        source=GTZAN,
    )
