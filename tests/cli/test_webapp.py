import subprocess
import sys

import pytest

from tests.cli.running import genrekit


def test_a_missing_extra_is_named_with_its_command():
    code = "import sys; sys.modules['gradio'] = None; from genrekit.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "app"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'pip install "genrekit[webapp]"' in done.stderr
    assert "GK501" in done.stderr


def test_a_bad_artifact_ends_with_the_status_of_artifacts(tmp_path):
    pytest.importorskip("gradio", reason="the extra webapp is not installed: no page")
    done = genrekit("app", "--artifact", tmp_path)
    assert done.status == 3
    assert "GK201" in done.err


def test_a_port_that_makes_no_sense_is_refused():
    assert genrekit("app", "--port", "99999").status == 2
