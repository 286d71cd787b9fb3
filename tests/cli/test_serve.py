import subprocess
import sys

import pytest

from genrekit.service.auth import read_keys, who_asks
from tests.cli.running import genrekit


def test_an_open_address_is_refused_without_a_key_or_a_word():
    done = genrekit("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104
    assert done.status == 2
    assert "--allow-open" in done.err
    assert "GK301" in done.err


def test_a_bad_artifact_ends_with_the_status_of_artifacts(tmp_path):
    done = genrekit("serve", "--port", "0", "--artifact", tmp_path, "--state-dir", tmp_path / "state")
    assert done.status == 3
    assert "GK201" in done.err


@pytest.mark.parametrize("options", [["--port", "99999"], ["--workers", "0"], ["--queue", "-1"], ["--keys", "/none"]])
def test_a_setting_that_makes_no_sense_is_refused(options):
    assert genrekit("serve", *options).status == 2


def test_a_missing_extra_is_named_with_its_command():
    code = "import sys; sys.modules['uvicorn'] = None; from genrekit.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "serve"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'pip install "genrekit[api]"' in done.stderr


def test_a_key_is_made_for_a_file_of_keys(tmp_path):
    done = genrekit("api-key", "alice")
    (tmp_path / "keys").write_text(done.out)
    key = done.err.strip().rpartition(" ")[2]
    assert who_asks(read_keys(tmp_path / "keys"), f"Bearer {key}") == "alice"
    assert key not in done.out


def test_help_tells_what_the_environment_is_for():
    assert "GENREKIT_UPLOAD_BYTES" in genrekit("serve", "--help").out
