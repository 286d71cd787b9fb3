import json
from pathlib import Path

import msgspec
import pytest

from genrekit import artifact, errors
from genrekit.artifact import MANIFEST_NAME, SHIPPED, Calibration, MemberEntry, read_artifact, write_artifact
from genrekit.errors import ArtifactError
from genrekit.genres import GTZAN_GENRES
from tests.making import linear_member, tiny_manifest

FILES = {"linear.onnx": linear_member(57, 10)}


def refusal(folder: Path) -> ArtifactError:
    with pytest.raises(ArtifactError) as caught:
        read_artifact(folder)
    return caught.value


def edit(folder: Path, **changes) -> None:
    path = folder / MANIFEST_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_the_artifact_that_ships_is_whole_and_under_fifteen_megabytes():
    shipped = read_artifact(SHIPPED)
    assert shipped.manifest.genres == GTZAN_GENRES
    assert {member.name for member in shipped.manifest.members} == {"musicnn", "forest"}
    assert sum(map(len, shipped.files.values())) < 15e6


def test_the_backbones_licence_lies_beside_it():
    notices = [name for name in read_artifact(SHIPPED).files if name.endswith(".txt")]
    assert any("Permission to use, copy, modify" in (SHIPPED / name).read_text() for name in notices)


def test_what_is_written_is_read_back(tiny_artifact):
    loaded = read_artifact(tiny_artifact)
    assert loaded.files == FILES
    assert msgspec.structs.replace(loaded.manifest, files={}) == tiny_manifest()
    assert list(loaded.manifest.files) == ["linear.onnx"]


def test_the_same_content_has_the_same_id_and_bytes(tmp_path):
    ids = {write_artifact(tmp_path / name, tiny_manifest(), FILES) for name in "ab"}
    assert len(ids) == 1
    assert (tmp_path / "a" / MANIFEST_NAME).read_bytes() == (tmp_path / "b" / MANIFEST_NAME).read_bytes()


def test_another_setting_is_another_id(tmp_path):
    sharper = msgspec.structs.replace(tiny_manifest(), calibration=Calibration(2.0))
    assert write_artifact(tmp_path / "a", tiny_manifest(), FILES) != write_artifact(tmp_path / "b", sharper, FILES)


def test_writing_replaces_the_old_one_and_leaves_nothing_else(tmp_path):
    write_artifact(tmp_path / "model", tiny_manifest(), FILES | {"note.txt": b"old"})
    write_artifact(tmp_path / "model", tiny_manifest(), FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["linear.onnx", MANIFEST_NAME]


def test_an_artifact_that_would_be_refused_replaces_nothing(tiny_artifact):
    before = read_artifact(tiny_artifact).id
    with pytest.raises(ArtifactError):
        write_artifact(tiny_artifact, tiny_manifest(), {"linear.onnx": b"no graph"})
    assert read_artifact(tiny_artifact).id == before
    assert len(list(tiny_artifact.parent.iterdir())) == 1


@pytest.mark.parametrize("call", ["open", "fsync", "rename"])
def test_a_disk_that_fails_while_writing_leaves_the_old_one(tiny_artifact, monkeypatch, call):
    before = read_artifact(tiny_artifact).id

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    target = {"open": (Path, "open"), "fsync": (artifact.os, "fsync"), "rename": (Path, "rename")}[call]
    monkeypatch.setattr(*target, fail)
    with pytest.raises(OSError, match="No space left"):
        write_artifact(tiny_artifact, tiny_manifest(), FILES)
    monkeypatch.undo()
    assert read_artifact(tiny_artifact).id == before
    assert len(list(tiny_artifact.parent.iterdir())) == 1


def test_a_second_rename_that_fails_puts_the_old_one_back(tiny_artifact, monkeypatch):
    before = read_artifact(tiny_artifact).id
    rename, calls = Path.rename, []

    def fail_second(self, target):
        calls.append(self)
        if len(calls) == 2:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_second)
    with pytest.raises(OSError, match="Input/output"):
        write_artifact(tiny_artifact, tiny_manifest(), FILES)
    monkeypatch.undo()
    assert read_artifact(tiny_artifact).id == before


def test_a_missing_folder_is_named(tmp_path):
    error = refusal(tmp_path / "nowhere")
    assert error.kind is errors.ARTIFACT_MISSING
    assert "nowhere" in str(error)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"protocol": "one"}', "\x00"])
def test_a_damaged_manifest_is_refused(tiny_artifact, content):
    (tiny_artifact / MANIFEST_NAME).write_text(content)
    assert refusal(tiny_artifact).kind is errors.ARTIFACT_INVALID


def test_a_newer_protocol_is_refused_naming_both(tiny_artifact):
    edit(tiny_artifact, protocol=99, something_new=True)
    error = refusal(tiny_artifact)
    assert error.kind is errors.ARTIFACT_PROTOCOL
    assert "protocol 99" in str(error)
    assert "reads protocol 1" in str(error)


def test_an_unknown_key_is_refused_by_name(tiny_artifact):
    edit(tiny_artifact, trust_me=True)
    error = refusal(tiny_artifact)
    assert error.kind is errors.ARTIFACT_INVALID
    assert "trust_me" in str(error)


@pytest.mark.parametrize(
    "change",
    [
        {"genres": ["jazz", "jazz"]},
        {"genres": ["jazz"]},
        {"members": []},
        {"members": [{"name": "m", "view": "smell", "file": "linear.onnx", "weight": 1.0}]},
        {"members": [{"name": "m", "view": "embedding", "file": "linear.onnx", "weight": 1.0}]},
        {"members": [{"name": "m", "view": "tabular", "file": "other.onnx", "weight": 1.0}]},
        {"members": [{"name": "m", "view": "tabular", "file": "linear.onnx", "weight": -1.0}]},
        {"members": [{"name": "m", "view": "tabular", "file": "linear.onnx", "weight": 0.0}]},
        {"calibration": {"sharpness": 0.0}},
        {"calibration": {"sharpness": 1.0, "floor": 1.0}},
        {"calibration": {"sharpness": 1.0, "floor": -0.1}},
        {"clip_seconds": 0.0},
        {"unsure_below": 1.5},
        {"unsure_below": "half"},
    ],
    ids=str,
)
def test_settings_that_contradict_each_other_are_refused(tiny_artifact, change):
    edit(tiny_artifact, **change)
    assert refusal(tiny_artifact).kind is errors.ARTIFACT_INVALID


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b", "..", "a\\b", ""])
def test_a_file_outside_the_folder_is_refused(tiny_artifact, name):
    manifest = json.loads((tiny_artifact / MANIFEST_NAME).read_text())
    edit(tiny_artifact, files=manifest["files"] | {name: "0" * 64})
    assert refusal(tiny_artifact).kind is errors.ARTIFACT_INVALID


def test_a_changed_file_is_refused_by_name(tiny_artifact):
    data = bytearray((tiny_artifact / "linear.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (tiny_artifact / "linear.onnx").write_bytes(data)
    error = refusal(tiny_artifact)
    assert error.kind is errors.ARTIFACT_HASH
    assert "linear.onnx" in str(error)


def test_a_missing_file_is_refused_by_name(tiny_artifact):
    (tiny_artifact / "linear.onnx").unlink()
    error = refusal(tiny_artifact)
    assert error.kind is errors.ARTIFACT_HASH
    assert "linear.onnx" in str(error)


def test_a_huge_manifest_is_refused_before_it_is_parsed(tiny_artifact):
    (tiny_artifact / MANIFEST_NAME).write_bytes(b" " * (2**20 + 1))
    assert refusal(tiny_artifact).kind is errors.ARTIFACT_INVALID


def test_a_forbidden_graph_is_refused_though_its_hash_is_right(tmp_path, monkeypatch):
    monkeypatch.setattr(artifact, "check_graph", lambda name, model: None)
    write_artifact(tmp_path / "evil", tiny_manifest(), {"linear.onnx": b"anything"})
    monkeypatch.undo()
    assert refusal(tmp_path / "evil").kind is errors.ARTIFACT_GRAPH


def test_a_member_entry_cannot_be_changed():
    with pytest.raises(AttributeError):
        MemberEntry("m", "tabular", "f", 1.0).weight = 2.0
