import os
import signal
import subprocess
import sys

from genrekit import __version__
from tests.cli.running import genrekit


def test_the_version_is_told():
    assert genrekit("--version").out == f"genrekit {__version__}\n"


def test_the_version_needs_no_numerics():
    code = "import sys; sys.argv = ['genrekit', '--version']; from genrekit.cli.main import main; main(); "
    code += "print(sorted({'numpy', 'typer', 'rich', 'onnxruntime'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == [f"genrekit {__version__}", "[]"]


def test_help_needs_no_numerics():
    code = "import sys; from genrekit.cli.app import app; app(['--help'], standalone_mode=False); "
    code += "print(sorted({'numpy', 'onnxruntime', 'clipfeat'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_usage_errors_are_status_2_and_go_to_stderr():
    for arguments in (["predict", "--top", "0", "x.wav"], ["predict", "--nonsense"], ["sing"]):
        done = genrekit(*arguments)
        assert (done.status, done.out) == (2, "")
        assert done.err


def test_a_refused_artifact_is_status_3(tmp_path, song):
    done = genrekit("predict", song, "--artifact", tmp_path / "nowhere")
    assert done.status == 3
    assert "GK201" in done.err
    assert "Traceback" not in done.err


def test_an_interruption_is_status_130(song):
    # What a shell starts in the background ignores interruptions, and whatever it starts inherits that.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    main = [sys.executable, "-c", f"{listen}; from genrekit.cli.main import main; main()"]
    command = [*main, "predict", "--json", *[str(song)] * 2000]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_a_reader_that_leaves_early_is_no_error(song):
    command = f'"{sys.executable}" -c "from genrekit.cli.main import main; main()" predict --json {song} {song} | true'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.stderr == ""
