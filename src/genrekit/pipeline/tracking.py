"""The one door to MLflow: runs, the registry, and the alias of the champion. Needs the extra "track".

Without further settings everything is kept in ``work/mlflow.db`` and ``work/mlflow/``. ``MLFLOW_TRACKING_URI``, with
``MLFLOW_TRACKING_USERNAME`` and ``MLFLOW_TRACKING_PASSWORD``, names a server instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from genrekit.artifact import MANIFEST_NAME, Artifact, read_artifact, write_artifact
from genrekit.errors import ARTIFACT_MISSING, REGISTRY_FAILED, ArtifactError, MissingExtraError, SettingsError
from genrekit.pipeline.out_of_fold import OutOfFold, load_out_of_fold
from genrekit.pipeline.recording import ARTIFACT_TAG, PREDICTIONS, Recording

if TYPE_CHECKING:
    from mlflow.entities import Metric

CHAMPION: Final = "champion"
MODEL_FOLDER: Final = "model"
# Asked again in vain, a server that is not there costs minutes by the client's own default.
_PATIENCE: Final = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "30"}
_QUIET: Final = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}
# What MLflow's pages go by: which half of them an experiment is shown in, and where a run came from.
_TRAINS_MODELS: Final = {"mlflow.experimentKind": "custom_model_development"}
_SOURCE: Final = {"mlflow.source.name": "genrekit.pipeline", "mlflow.source.type": "LOCAL"}


@dataclass(frozen=True, slots=True)
class Tracker:
    """Where runs and models are kept.

    Attributes:
        client: MLflow's.
        uri: of the store.
        files: folder for the files of runs; None where a server decides.
    """

    client: Any
    uri: str
    files: Path | None


def has_tracking() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) is not None for name in ("mlflow", "sqlalchemy", "alembic"))


def open_tracker(work: Path) -> Tracker:
    """Open the store that the environment names, or the one in a working folder.

    Raises:
        MissingExtraError: the extra is not installed.
        SettingsError: the store cannot be opened.
    """
    if not has_tracking():
        raise MissingExtraError("track", "keeping track of trainings")
    for name, value in {**_PATIENCE, **_QUIET}.items():
        os.environ.setdefault(name, value)
    uri = os.environ.get("MLFLOW_TRACKING_URI", "")
    files = None if uri else (work / "mlflow").resolve()
    if not uri:
        work.mkdir(parents=True, exist_ok=True)
        uri = f"sqlite:///{(work / 'mlflow.db').resolve().as_posix()}"
    with _told(uri):
        from mlflow import MlflowClient, set_registry_uri, set_tracking_uri  # noqa: PLC0415 - seconds to import

        set_tracking_uri(uri)
        set_registry_uri(uri)
        return Tracker(MlflowClient(uri, uri), uri, files)


def find_run(tracker: Tracker, experiment: str, artifact_id: str) -> str | None:
    """The finished run that has told of an artifact, if there is one; what killed runs left is marked as killed."""
    with _told(tracker.uri):
        found = tracker.client.search_runs(
            [_experiment(tracker, experiment)], f"tags.`{ARTIFACT_TAG}` = '{artifact_id}'", max_results=1000
        )
        for run in found:
            if run.info.status == "RUNNING":
                tracker.client.set_terminated(run.info.run_id, "KILLED")
        whole = [run for run in found if run.info.status == "FINISHED" and run.data.tags.get("genrekit.complete")]
        return whole[0].info.run_id if whole else None


def record(tracker: Tracker, experiment: str, recording: Recording) -> str:
    """Tell of a training: a run, and the runs within.

    Returns:
        The outer run's id. It is not marked complete yet: see `complete`.

    Raises:
        SettingsError: the store does not take it.
    """
    with _told(tracker.uri):
        return _record(tracker, _experiment(tracker, experiment), recording, None)


def complete(tracker: Tracker, run: str) -> None:
    """Mark a run as one whose artifact was registered and judged."""
    with _told(tracker.uri):
        tracker.client.set_tag(run, "genrekit.complete", "yes")


def _record(tracker: Tracker, experiment: str, recording: Recording, parent: str | None) -> str:
    from mlflow.entities import Dataset, DatasetInput, Param, RunTag  # noqa: PLC0415

    tags = {"mlflow.note.content": recording.note, **_SOURCE, **recording.tags}
    tags |= {"mlflow.source.git.commit": recording.tags["revision"]}
    tags |= {"mlflow.parentRunId": parent} if parent else {}
    params = [Param(key, value) for key, value in recording.params.items()]
    run: str = tracker.client.create_run(experiment, run_name=recording.name).info.run_id
    tracker.client.log_batch(run, _metrics(recording), params, [RunTag(key, value) for key, value in tags.items()])
    digest = recording.tags["index_sha256"][:16]
    data = Dataset(recording.data, digest, "genrekit.pipeline.prepare", recording.data)
    tracker.client.log_inputs(run, [DatasetInput(data)])
    for folder, path in recording.files:
        tracker.client.log_artifact(run, str(path), folder)
    for child in recording.children:
        _record(tracker, experiment, child, run)
    tracker.client.set_terminated(run, "FINISHED")
    return run


def _metrics(recording: Recording) -> list[Metric]:
    from mlflow.entities import Metric  # noqa: PLC0415

    now = int(1000 * time.time())
    rows = {**{key: (value,) for key, value in recording.figures.items()}, **recording.curves}
    return [Metric(key, float(value), now, step) for key, row in rows.items() for step, value in enumerate(row)]


def _experiment(tracker: Tracker, name: str) -> str:
    found = tracker.client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    place = None if tracker.files is None else tracker.files.as_uri()
    return str(tracker.client.create_experiment(name, artifact_location=place, tags=_TRAINS_MODELS))


def register(tracker: Tracker, model: str, run: str, folder: Path, note: str) -> str:
    """Keep an artifact in the registry, with the signature of what it takes and gives.

    Args:
        tracker: whose registry.
        model: name there.
        run: that made it.
        folder: of the artifact.
        note: what it is, in Markdown.

    Returns: the version.

    Raises:
        ArtifactError: it is none that would be read again.
        SettingsError: the registry does not take it.
    """
    artifact = read_artifact(folder)
    with _told(tracker.uri), tempfile.TemporaryDirectory() as staging:
        _write_model(Path(staging), run, folder)
        tracker.client.log_artifacts(run, staging, MODEL_FOLDER)
        if not any(found.name == model for found in tracker.client.search_registered_models(f"name = '{model}'")):
            tracker.client.create_registered_model(model, description="Artifacts of genrekit, as they were assembled.")
        source = f"{tracker.client.get_run(run).info.artifact_uri}/{MODEL_FOLDER}"
        known = {ARTIFACT_TAG: artifact.id}
        version = tracker.client.create_model_version(model, source, run, tags=known, description=note)
        return str(version.version)


def _write_model(folder: Path, run: str, artifact: Path) -> None:
    """The artifact in MLflow's own layout: loaded by name of a module, without a pickle."""
    from mlflow.models import Model, ModelSignature  # noqa: PLC0415
    from mlflow.types import Schema, TensorSpec  # noqa: PLC0415

    samples, rate = (np.dtype(np.float32), (-1,), "samples"), (np.dtype(np.int64), (-1,), "sample_rate")
    taken = Schema([TensorSpec(*samples), TensorSpec(*rate)])
    signature = ModelSignature(taken, Schema([TensorSpec(np.dtype(np.float64), (-1,))]))
    described = Model(run_id=run, signature=signature)
    described.add_flavor("python_function", loader_module="genrekit.pipeline.pyfunc", data="artifact")
    described.save(str(folder / "MLmodel"))
    shutil.copytree(artifact, folder / "artifact")


def find_champion(tracker: Tracker, model: str) -> tuple[str, OutOfFold] | None:
    """Version and out-of-fold predictions of the champion; None where there is none."""
    with _told(tracker.uri):
        known = tracker.client.search_registered_models(f"name = '{model}'")
        version = {key: value for found in known for key, value in found.aliases.items()}.get(CHAMPION)
        if version is None:
            return None
        run = tracker.client.get_model_version(model, version).run_id
        with tempfile.TemporaryDirectory() as folder:
            path = tracker.client.download_artifacts(run, f"{PREDICTIONS}/out_of_fold.npz", folder)
            return str(version), load_out_of_fold(Path(path))


def crown(tracker: Tracker, model: str, version: str, *, tags: dict[str, str], moves: bool) -> None:
    """Note on a version what the gate said, and move the alias to it if it won."""
    with _told(tracker.uri):
        for key, value in tags.items():
            tracker.client.set_model_version_tag(model, version, key, value)
        if moves:
            tracker.client.set_registered_model_alias(model, CHAMPION, version)


def pull(tracker: Tracker, uri: str, folder: Path) -> Artifact:
    """Bring an artifact from the registry, or from a run, into a folder, verified.

    Args:
        tracker: whose registry.
        uri: such as ``models:/genrekit@champion``, ``models:/genrekit/3`` or ``runs:/ID/model``.
        folder: where to; an artifact already there is replaced once the new one is verified.

    Raises:
        SettingsError: the registry has no such thing, or cannot be reached.
        ArtifactError: what came is refused; nothing has been replaced then.
    """
    with tempfile.TemporaryDirectory() as staging:
        with _told(uri):
            from mlflow.artifacts import download_artifacts  # noqa: PLC0415

            download_artifacts(artifact_uri=uri, dst_path=staging, tracking_uri=tracker.uri)
        manifests = sorted(Path(staging).rglob(MANIFEST_NAME))
        if not manifests:
            raise ArtifactError(ARTIFACT_MISSING, uri, "holds no artifact of genrekit")
        artifact = read_artifact(manifests[0].parent)
    write_artifact(folder, artifact.manifest, artifact.files)
    return artifact


@contextmanager
def _told(subject: str) -> Iterator[None]:
    """Whatever MLflow and its transports raise, as one error of the table."""
    try:
        yield
    except (ArtifactError, SettingsError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SettingsError(REGISTRY_FAILED, subject, reason) from error
