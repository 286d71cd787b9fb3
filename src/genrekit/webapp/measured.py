"""What was measured of the artifact that ships: inside the package, or in the reports of a checkout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_PLACES: Final = (Path(__file__).parent / "measured", Path(__file__).parents[3] / "reports")


@dataclass(frozen=True, slots=True)
class Measured:
    """What the evaluation wrote; each part is empty where it was not measured, or not installed.

    Attributes:
        metrics: figures out of fold.
        robustness: accuracy under changes of the sound.
        calibration: picture of accuracy against the probability given, SVG.
    """

    metrics: Mapping[str, Any] = field(default_factory=dict)
    robustness: Mapping[str, Any] = field(default_factory=dict)
    calibration: str = ""


def measured_figures() -> Measured:
    """What is at hand of the artifact that ships."""
    folder = next((place for place in _PLACES if (place / "metrics.json").is_file()), _PLACES[0])
    picture = folder / "figures" / "calibration.svg"
    return Measured(
        metrics=_read(folder / "metrics.json"),
        robustness=_read(folder / "robustness.json"),
        calibration=picture.read_text("utf-8") if picture.is_file() else "",
    )


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}
