"""The generated C sources are what the script beside them writes."""

import runpy
import shutil
from pathlib import Path

import pytest

import clipfeat.kernels

NATIVE = Path(clipfeat.kernels.__file__).parent / "native"
if not NATIVE.is_dir():
    pytest.skip("a wheel carries no C sources", allow_module_level=True)


def test_committed_codelets_are_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for script in NATIVE.glob("*.py"):
        shutil.copy(script, tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    runpy.run_path(str(tmp_path / "generate_codelets.py"), run_name="__main__")
    written = sorted(path.name for path in tmp_path.glob("*.h"))
    assert len(written) == 6
    assert [(NATIVE / name).read_text() for name in written] == [(tmp_path / name).read_text() for name in written]
