"""The command `clipfeat`."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from encoding import write
from signals import RATE, noise

from clipfeat import TABULAR_NAMES, FeatureConfig, __version__, cli, extract_tabular, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    music = tmp_path / "music"
    music.mkdir()
    for name in "abc":
        write(music / f"{name}.wav", noise(RATE + 100, seed=ord(name)), RATE, "FLOAT")
    return music


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_on_standard_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(folder)]) == 0
    out, err = capsys.readouterr()
    rows = rows_of(out)
    assert [Path(row["path"]).name for row in rows] == ["a.wav", "b.wav", "c.wav"]
    expected = extract_tabular(load(folder / "a.wav"))
    assert [float(rows[0][name]) for name in TABULAR_NAMES] == expected.tolist()
    assert err == ""


@pytest.mark.parametrize("ending", ["csv", "npz", "parquet"])
def test_tables_of_every_format(ending: str, folder: Path, tmp_path: Path) -> None:
    if ending == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    assert cli.main([str(folder), "-o", str(tmp_path / f"t.{ending}")]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["music", f"t.{ending}"]


def test_settings_reach_the_features(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--recipe", "legacy", "--n-mfcc", "13", "--hop-length", "256", "--clip-seconds", "0.5", "--workers", "1"]
    assert cli.main([str(folder / "a.wav"), *options]) == 0
    rows = rows_of(capsys.readouterr().out)
    assert [float(row["start"]) for row in rows] == [0.0, 0.5]
    clip = load(folder / "a.wav")[RATE // 2 : 2 * (RATE // 2)]
    expected = extract_tabular(clip, FeatureConfig(recipe="legacy", n_mfcc=13, hop_length=256))
    assert [float(rows[1][name]) for name in TABULAR_NAMES[:43]] == expected.tolist()


def test_failures_are_named_on_standard_error_and_the_rest_is_answered(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.mp3").write_text("no sound")
    assert cli.main([str(folder), str(tmp_path / "missing.wav"), "-o", str(tmp_path / "t.csv")]) == 1
    err = capsys.readouterr().err
    assert f"{folder / 'bad.mp3'}: is not audio of a known format" in err
    assert f"{tmp_path / 'missing.wav'}: does not exist" in err
    assert len(rows_of((tmp_path / "t.csv").read_text())) == 3


def test_warnings_name_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "a.wav"
    path.write_bytes(path.read_bytes()[:40_000])
    assert cli.main([str(path)]) == 0
    assert f"{path}: its header announces" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--recipe", "ancient"], "recipe must be"),
        (["--n-fft", "2047"], "odd frames"),
        (["--workers", "0"], "workers must be"),
        (["--clip-seconds", "0"], "clip_seconds must be"),
        (["-o", "t.xlsx"], "ending must be one of"),
        (["-o", "nowhere/t.csv"], "no such folder"),
    ],
)
def test_usage_errors_are_one_line_and_status_2(
    options: list[str], words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([str(folder / "a.wav"), *options]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_an_existing_table_is_kept_unless_told(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("precious")
    assert cli.main([str(folder), "-o", str(table)]) == 2
    assert table.read_text() == "precious"
    assert cli.main([str(folder), "-o", str(table), "--overwrite"]) == 0
    assert table.read_text().startswith("path,start,seconds,")


def test_an_interrupted_run_goes_on_and_its_table_is_that_of_one_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main([str(folder), "-o", str(tmp_path / "whole.csv")]) == 0
    extract_many, answered = cli.extract_many, []

    def interrupted(*arguments: object, **settings: object) -> object:
        yield next(extract_many(*arguments, **settings))
        raise KeyboardInterrupt

    def counted(paths: list[str], *arguments: object, **settings: object) -> object:
        answered.extend(paths)
        return extract_many(paths, *arguments, **settings)

    command = [str(folder), "-o", str(tmp_path / "t.csv")]
    monkeypatch.setattr(cli, "extract_many", interrupted)
    assert cli.main(command) == 130
    assert not (tmp_path / "t.csv").exists()
    monkeypatch.setattr(cli, "extract_many", counted)
    assert cli.main(command) == 0
    assert [Path(path).name for path in answered] == ["b.wav", "c.wav"]
    assert (tmp_path / "t.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not (tmp_path / "t.csv.journal").exists()


def test_resuming_with_other_settings_is_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **settings: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "extract_many", interrupted)
    assert cli.main([str(folder), "-o", str(tmp_path / "t.csv")]) == 130
    assert cli.main([str(folder), "-o", str(tmp_path / "t.csv"), "--recipe", "legacy"]) == 2


def test_progress_is_for_terminals(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli.main([str(folder), "-o", str(tmp_path / "t.csv")]) == 0
    assert "3/3 files" in terminal.getvalue()


def test_version_names_the_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"clipfeat {__version__} (")


def test_no_paths_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([])
    assert caught.value.code == 2


def test_a_reader_that_has_enough_is_no_error(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "clipfeat", str(folder)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_values_do_not_depend_on_the_number_of_workers(folder: Path, tmp_path: Path) -> None:
    for workers in ("1", "4"):
        assert cli.main([str(folder), "-o", str(tmp_path / f"{workers}.npz"), "--workers", workers]) == 0
    with np.load(tmp_path / "1.npz") as one, np.load(tmp_path / "4.npz") as four:
        np.testing.assert_array_equal(one["features"], four["features"])
