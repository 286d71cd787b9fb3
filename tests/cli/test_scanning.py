import sys
from pathlib import Path

import pytest

from genrekit.cli.scanning import make_engine, make_plan, manifest_path, read_vocabulary
from genrekit.errors import MissingExtraError, SettingsError


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


def test_a_cluster_and_its_address_belong_together():
    assert make_engine("local", None) is None
    assert make_engine("dask", "tcp://127.0.0.1:9").scheduler == "tcp://127.0.0.1:9"
    for wrong in (("dask", None), ("local", "tcp://127.0.0.1:9")):
        with pytest.raises(SettingsError, match="belong together"):
            make_engine(*wrong)


def test_an_engine_that_is_not_installed_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "genrekit.collection.distribute", raising=False)
    with pytest.raises(MissingExtraError, match=r"genrekit\[dask\]"):
        make_engine("dask", "tcp://127.0.0.1:9")


def test_a_vocabulary_is_empty_unless_a_file_is_named(tmp_path):
    assert read_vocabulary(None).spelt("jazz") == ("Jazz",)
    (tmp_path / "v.toml").write_text("[names]\njazz = 'JAZZ'\n")
    assert read_vocabulary(tmp_path / "v.toml").spelt("jazz") == ("JAZZ",)
