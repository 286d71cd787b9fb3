"""Figures measured of the artifact that ships: inside the package, or in the reports of a checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_PLACES: Final = (Path(__file__).parent / "metrics.json", Path(__file__).parents[3] / "reports" / "metrics.json")


def measured_figures() -> dict[str, Any]:
    """What the evaluation wrote; empty where it was not installed."""
    for place in _PLACES:
        if place.is_file():
            return dict(json.loads(place.read_text("utf-8")))
    return {}
