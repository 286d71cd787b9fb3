import pytest

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.pipeline.stage import run_stage


def test_an_error_of_the_table_is_one_line_and_a_hint(capsys):
    def main():
        raise SettingsError(BAD_SETTING, "params.yaml: train.forrest", "is no known setting")

    with pytest.raises(SystemExit) as ended:
        run_stage(main)
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        "params.yaml: train.forrest: is no known setting [GK301]",
        "See --help.",
    ]


def test_a_stage_that_succeeds_just_ends():
    done = []
    run_stage(lambda: done.append(True))
    assert done == [True]


def test_a_fault_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        run_stage(lambda: 1 / 0)
