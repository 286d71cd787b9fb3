"""Files heard in worker processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genrekit.errors import DECODER_ENDED, AudioError
from genrekit.pipeline import hearing_workers
from genrekit.pipeline.hearing import HearingParams, Outcome, Store
from genrekit.pipeline.hearing_workers import hear_all
from tests.making import encode, make_music
from tests.pipeline.nets import bands_backbone

MODEL = bands_backbone()
PARAMS = HearingParams(patches=5, patches_a_copy=2, copies=1)


def deadly(path: Path) -> Outcome:
    """Stands in for a decoder that takes its process with it."""
    if path.name == "deadly.wav":
        os._exit(1)
    return AudioError(DECODER_ENDED, str(path), "was not asked")


@pytest.fixture
def music(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "music"
    folder.mkdir()
    return [encode(folder / f"{seed}.wav", make_music(2.5, seed=seed), 22_050) for seed in range(3)]


def test_all_files_are_heard_and_a_second_run_hears_none_anew(tmp_path: Path, music: list[Path]) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"nothing")
    store = Store(tmp_path / "work", MODEL, PARAMS)
    outcomes = dict(hear_all([*music, broken], store, MODEL, PARAMS, 2))
    assert set(outcomes) == {*music, broken}
    assert [path for path, outcome in outcomes.items() if isinstance(outcome, AudioError)] == [broken]
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "work").rglob("*.npy3")}
    assert len(kept) == 3
    dict(hear_all(music, store, MODEL, PARAMS, 1))
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "work").rglob("*.npy3")} == kept


@pytest.mark.slow
def test_a_file_that_ends_its_process_costs_that_file_alone(
    tmp_path: Path, music: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing_workers, "_work", deadly)
    paths = [tmp_path / "deadly.wav", music[0]]
    outcomes = dict(hear_all(paths, Store(tmp_path / "work", MODEL, PARAMS), MODEL, PARAMS, 1))
    assert set(outcomes) == set(paths)
    ended = [path for path, outcome in outcomes.items() if "ended the process" in str(outcome)]
    assert ended == [tmp_path / "deadly.wav"]


def test_a_store_that_cannot_be_written_is_an_error(tmp_path: Path, music: list[Path]) -> None:
    (tmp_path / "work").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="work"):
        dict(hear_all(music, Store(tmp_path / "work", MODEL, PARAMS), MODEL, PARAMS, 1))
