import pytest

from genrekit.cli.console import clock, shown_path


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3600, "1:00:00")])
def test_a_clock_shows_minutes_and_from_an_hour_hours(seconds, text):
    assert clock(seconds) == text


def test_a_path_is_text_that_any_terminal_carries(tmp_path):
    assert shown_path(tmp_path) == str(tmp_path)
    assert shown_path("a\udce9") == r"a\xe9"
