"""The model on disk: its layout, how it is written, verified and read. Nobody else knows it.

An artifact is a folder: ``manifest.json``, and beside it the files that the manifest names with their
SHA-256: ONNX graphs of the backbone and of the members, and notices. No file holds code. Reading goes
from the cheap to the costly: sizes and protocol, the manifest's schema, hashes, graph checks; what is
returned are the very bytes that were verified, so that nothing can change between check and use.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from genrekit.artifact_schema import (
    PROTOCOL,
    Calibration,
    EmbeddingSettings,
    FeatureSummary,
    Manifest,
    MemberEntry,
    SpectralSettings,
    TabularSettings,
    ViewSettings,
)
from genrekit.errors import (
    ARTIFACT_HASH,
    ARTIFACT_INVALID,
    ARTIFACT_MISSING,
    ARTIFACT_PROTOCOL,
    ArtifactError,
)
from genrekit.graph_check import check_graph

__all__ = [
    "MANIFEST_NAME",
    "PROTOCOL",
    "SHIPPED",
    "Artifact",
    "Calibration",
    "EmbeddingSettings",
    "FeatureSummary",
    "Manifest",
    "MemberEntry",
    "SpectralSettings",
    "TabularSettings",
    "ViewSettings",
    "read_artifact",
    "write_artifact",
]

READABLE_PROTOCOLS: Final = (PROTOCOL,)
MANIFEST_NAME: Final = "manifest.json"
SHIPPED: Final = Path(__file__).parent / "artifact_data"

_MAX_MANIFEST_BYTES: Final = 2**20
_MAX_FILE_BYTES: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Artifact:
    """A verified artifact in memory.

    Attributes:
        id: first 16 hexadecimal digits of the manifest's SHA-256.
        manifest: its settings.
        files: content by file name, each equal to its hash in the manifest.
    """

    id: str
    manifest: Manifest
    files: Mapping[str, bytes]


def read_artifact(folder: Path = SHIPPED) -> Artifact:
    """Read and verify an artifact.

    Raises:
        ArtifactError: it is missing, damaged, of another protocol, or refused; the message names the file.
    """
    content = _read_limited(folder / MANIFEST_NAME, _MAX_MANIFEST_BYTES)
    manifest = _parse_manifest(folder / MANIFEST_NAME, content)
    files = {name: _read_verified(folder, name, digest) for name, digest in manifest.files.items()}
    for name, data in files.items():
        if name.endswith(".onnx"):
            check_graph(str(folder / name), data)
    return Artifact(_manifest_id(content), manifest, files)


def write_artifact(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> str:
    """Write an artifact so that what `read_artifact` finds is the old one or the whole new one, never a mixture.

    A process killed between the last two renames leaves the old one in a hidden folder beside.

    Args:
        folder: where to; an artifact already there is replaced.
        manifest: its ``files`` are filled in from `files`.
        files: content by file name.

    Returns:
        The artifact's id.

    Raises:
        ArtifactError: `read_artifact` would refuse it; nothing has been replaced then.
        OSError: it could not be written; nothing has been replaced then.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
        complete = msgspec.structs.replace(manifest, files=digests)
        encoded = msgspec.json.format(msgspec.json.encode(complete, order="deterministic"), indent=1) + b"\n"
        for name, data in [*files.items(), (MANIFEST_NAME, encoded)]:
            _write_durably(staging / name, data)
        artifact = read_artifact(staging)
        _replace_folder(staging, folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return artifact.id


def _parse_manifest(path: Path, content: bytes) -> Manifest:
    try:
        protocol = msgspec.json.decode(content, type=_ProtocolOnly).protocol
    except msgspec.DecodeError as error:
        raise ArtifactError(ARTIFACT_INVALID, str(path), f"is not a manifest: {error}") from error
    if protocol not in READABLE_PROTOCOLS:
        readable = ", ".join(map(str, READABLE_PROTOCOLS))
        raise ArtifactError(
            ARTIFACT_PROTOCOL,
            str(path),
            f"is written in protocol {protocol}; this version reads protocol {readable}",
        )
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise ArtifactError(ARTIFACT_INVALID, str(path), f"does not follow the schema: {error}") from error
    for reason in _inconsistencies(manifest):
        raise ArtifactError(ARTIFACT_INVALID, str(path), reason)
    return manifest


class _ProtocolOnly(msgspec.Struct):
    # The rest of the keys belongs to a schema that is chosen by this number.
    protocol: int


def _inconsistencies(manifest: Manifest) -> list[str]:
    """What the schema cannot say: names that refer to something, and numbers within bounds."""
    views, embedding = manifest.views, manifest.views.embedding
    available = {name for name in ("embedding", "spectral", "tabular") if getattr(views, name) is not None}
    named = [member.file for member in manifest.members] + ([embedding.backbone] if embedding else [])
    checks = [
        (len(set(manifest.genres)) == len(manifest.genres) >= 2, "lists a genre twice, or fewer than two"),
        (bool(manifest.members), "has no members"),
        (
            all(member.view in available for member in manifest.members),
            "has a member whose view is not set up",
        ),
        (all(member.weight >= 0 for member in manifest.members), "has a member with a negative weight"),
        (sum(member.weight for member in manifest.members) > 0, "gives no member any weight"),
        (all(name in manifest.files for name in named), "names a file that it does not list"),
        (all(_is_plain_name(name) for name in manifest.files), "lists a file outside its folder"),
        (manifest.calibration.sharpness > 0, "has a calibration that is not above 0"),
        (0 <= manifest.calibration.floor < 1, "has a calibration whose floor is no share"),
        (manifest.clip_seconds > 0, "has clips of no length"),
        (0 <= manifest.unsure_below <= 1, "has a threshold that is no probability"),
    ]
    return [reason for holds, reason in checks if not holds]


def _is_plain_name(name: str) -> bool:
    return name == Path(name).name and "\\" not in name and name not in ("", ".", "..", MANIFEST_NAME)


def _read_verified(folder: Path, name: str, digest: str) -> bytes:
    path = folder / name
    try:
        data = _read_limited(path, _MAX_FILE_BYTES)
    except ArtifactError as error:
        raise ArtifactError(ARTIFACT_HASH, error.subject, error.reason) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise ArtifactError(ARTIFACT_HASH, str(path), "is not the file that the manifest names (SHA-256 differs)")
    return data


def _read_limited(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise ArtifactError(ARTIFACT_MISSING, str(path), f"cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise ArtifactError(ARTIFACT_INVALID, str(path), f"has more than {limit} bytes")
    return data


def _manifest_id(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace_folder(staging: Path, folder: Path) -> None:
    staging.chmod(0o755)  # mkdtemp makes it private; an artifact is for whoever may read its parent
    if not folder.exists():
        staging.rename(folder)
        return
    # A folder cannot be renamed over another one that holds files: the old one steps aside first.
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    try:
        folder.rename(aside / "old")
        _rename_or_restore(staging, folder, aside / "old")
    except OSError:
        # Only if it is empty: should putting the old one back have failed too, it must not be lost.
        with suppress(OSError):
            aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _rename_or_restore(staging: Path, folder: Path, old: Path) -> None:
    try:
        staging.rename(folder)
    except OSError:
        old.rename(folder)
        raise
