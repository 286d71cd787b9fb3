"""Stage: tell MLflow of the training, keep the artifact in the registry, and crown it if it is better.

``python -m genrekit.pipeline.record``

Needs the extra "track"; without it nothing is told, and that is said. Told once: an artifact that is known is not told
again, and a run that was killed is told anew.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from genrekit.artifact import read_artifact
from genrekit.pipeline.champion import Verdict, judge
from genrekit.pipeline.layout import REPORTS, Layout
from genrekit.pipeline.out_of_fold import load_out_of_fold
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.recording import training_recording
from genrekit.pipeline.settings import Settings
from genrekit.pipeline.stage import run_stage
from genrekit.pipeline.tracking import (
    Tracker,
    complete,
    crown,
    find_champion,
    find_run,
    has_tracking,
    open_tracker,
    record,
    register,
)


def run(layout: Layout, settings: Settings, reports: Path = REPORTS) -> str:
    """Tell of the training that lies in a working folder.

    Returns:
        What was done, in one sentence.

    Raises:
        SettingsError: the tracking server cannot be reached.
        ArtifactError: there is no artifact, or it is damaged.
    """
    artifact = read_artifact(layout.artifact)
    if not has_tracking():
        return 'nothing recorded: the extra "track" is not installed'
    tracker, tracking = open_tracker(layout.work), settings.tracking
    if find_run(tracker, tracking.experiment, artifact.id):
        return f"artifact {artifact.id} is recorded already"
    recording = training_recording(layout, settings, artifact, reports)
    told = record(tracker, tracking.experiment, recording)
    version = register(tracker, tracking.model, told, layout.artifact, recording.note)
    verdict = _judged(tracker, layout, settings, version)
    complete(tracker, told)
    place = "is the champion" if verdict.moves else "does not become the champion"
    return f"{tracking.model} {version} {place}: {verdict.reason}"


def _judged(tracker: Tracker, layout: Layout, settings: Settings, version: str) -> Verdict:
    tracking = settings.tracking
    champion = find_champion(tracker, tracking.model)
    before, predictions = champion if champion is not None else ("none", None)
    verdict = judge(load_out_of_fold(layout.out_of_fold), predictions, tracking.confidence, tracking.seed)
    tags = {
        "gate.champion": before,
        "gate.difference": f"{verdict.difference:.4f}",
        "gate.interval": f"{verdict.interval[0]:.4f} to {verdict.interval[1]:.4f}",
        "gate.reason": verdict.reason,
    }
    crown(tracker, tracking.model, version, tags=tags, moves=verdict.moves)
    return verdict


def main() -> None:
    """Run the stage."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    print(run(Layout(), read_settings(Path(PARAMS_NAME))), file=sys.stderr)  # noqa: T201 - what it did


if __name__ == "__main__":
    run_stage(main)
