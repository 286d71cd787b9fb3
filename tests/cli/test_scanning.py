from pathlib import Path

import pytest

from genrekit.cli.scanning import make_plan, manifest_path
from genrekit.errors import SettingsError


def test_options_become_a_plan():
    plan = make_plan([Path("a")], 3, 60.0, 20.0, 0.4, None, retry_failed=True)
    assert (plan.paths, plan.jobs, plan.time_limit, plan.retry_failed) == ((Path("a"),), 3, 20.0, True)
    assert (plan.settings.max_seconds, plan.settings.threshold, plan.settings.decode_seconds) == (60.0, 0.4, 20.0)
    assert make_plan([Path("a")], None, 60.0, 20.0, None, None, retry_failed=False).jobs >= 1


def test_no_path_is_told():
    with pytest.raises(SettingsError, match="name files or folders"):
        make_plan([], None, 60.0, 20.0, None, None, retry_failed=False)


def test_one_manifest_serves_all_libraries_unless_another_is_named(monkeypatch):
    monkeypatch.setenv("GENREKIT_STATE", "/state")
    assert manifest_path(None) == Path("/state/library.sqlite")
    assert manifest_path(Path("mine")) == Path("mine")
