import pytest
from typer.main import get_command

from genrekit.cli.app import app
from tests.cli.running import genrekit

COMMANDS = sorted(get_command(app).commands)


def test_the_commands_are_there():
    assert {"predict", "info", "explain"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_says_what_it_does(command):
    parsed = get_command(app).commands[command]
    assert parsed.help
    assert all(parameter.help for parameter in parsed.params)


def test_help_starts_with_what_it_is_for():
    done = genrekit("predict", "--help", env=None)
    assert done.status == 0
    assert "Tell the genre of sound files." in done.out
    assert "Example: genrekit predict" in done.out
