from pathlib import Path

import pytest

from genrekit.errors import SettingsError
from genrekit.service.settings import ServiceSettings, default_state_dir, read_settings


def test_the_defaults_are_bounded():
    settings = ServiceSettings()
    assert settings.host == "127.0.0.1"
    assert 0 < settings.capacity < 100
    assert 0 < settings.upload_bytes <= 2**27
    assert 0 < settings.request_seconds <= 60
    assert settings.work_seconds < settings.request_seconds


def test_the_environment_sets_and_the_command_line_wins():
    environment = {"GENREKIT_PORT": "9000", "GENREKIT_QUEUE": "3", "GENREKIT_ALLOW_OPEN": "true", "HOME": "/home/a"}
    settings = read_settings(environment, port=7000, keys_file=None)
    assert (settings.port, settings.queue, settings.allow_open, settings.keys_file) == (7000, 3, True, None)


def test_paths_are_paths():
    assert read_settings({"GENREKIT_ARTIFACT": "a/b"}).artifact == Path("a/b")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "x"),
        ("WORKERS", "0"),
        ("QUEUE", "-1"),
        ("WORK_SECONDS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("ALLOW_OPEN", "7"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=name.lower()):
        read_settings({f"GENREKIT_{name}": value})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_loopback_needs_no_key(host):
    settings = ServiceSettings(host=host)
    settings.check_exposure()
    assert settings.keys_file is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])  # noqa: S104
def test_other_addresses_need_a_key_or_a_word(host, tmp_path):
    with pytest.raises(SettingsError, match="--keys"):
        ServiceSettings(host=host).check_exposure()
    ServiceSettings(host=host, allow_open=True).check_exposure()
    ServiceSettings(host=host, keys_file=tmp_path).check_exposure()


def test_decoders_give_up_before_they_are_killed():
    settings = ServiceSettings()
    limits = settings.limits(10.0, 20.0)
    assert limits.max_seconds == 10.0
    assert limits.decode_seconds < 20.0


def test_state_lies_where_a_users_programs_keep_theirs(tmp_path):
    assert default_state_dir({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "genrekit" / "service"
    assert default_state_dir({}).parts[-4:] == (".local", "state", "genrekit", "service")
