"""The live service keeps what its OpenAPI document promises, asked by a machine that tries to break it."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from genrekit.artifact import write_artifact
from genrekit.genres import GTZAN_GENRES
from genrekit.service.settings import ServiceSettings
from tests.making import linear_member, tiny_manifest
from tests.service.live import Live

# All but the one that wants every request of the right form to succeed: no schema can say what is sound.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("schemathesis") is None, reason="schemathesis is not installed")
def test_hundreds_of_generated_requests_find_nothing(tmp_path):
    write_artifact(tmp_path / "artifact", tiny_manifest(), {"linear.onnx": linear_member(57, len(GTZAN_GENRES))})
    program = Path(sys.executable).parent / "schemathesis"
    with Live(ServiceSettings(artifact=tmp_path / "artifact", workers=1), tmp_path / "state") as live:
        options = ["--max-examples", "5", "--seed", "1", "--phases", "examples,coverage,fuzzing", "--mode", "all"]
        checks = ["--checks", ",".join(CHECKS)]
        command = [str(program), "run", f"{live.url}/openapi.json", *options, *checks, "--no-color"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=280, check=False)
        assert done.returncode == 0, done.stdout[-3000:]
        assert "11 selected" in done.stdout
        assert live.get("/healthz").status == 200
