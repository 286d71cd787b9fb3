"""The generated C sources are what the script beside them writes."""

import runpy
import shutil
from pathlib import Path

import pytest

import clipfeat.kernels

NATIVE = Path(clipfeat.kernels.__file__).parent / "native"
if not NATIVE.is_dir():
    pytest.skip("a wheel carries no C sources", allow_module_level=True)


@pytest.mark.parametrize("name", ["dft16.h", "dft32.h", "sort_networks.h"])
def test_committed_codelets_are_up_to_date(name: str, tmp_path: Path) -> None:
    shutil.copy(NATIVE / "generate_codelets.py", tmp_path)
    runpy.run_path(str(tmp_path / "generate_codelets.py"), run_name="__main__")
    assert (tmp_path / name).read_text() == (NATIVE / name).read_text()
