import pytest

from genrekit.errors import SettingsError
from genrekit.limits import Limits


def test_defaults_take_music_of_a_second_to_a_night():
    limits = Limits()
    assert limits.min_seconds == 1.0
    assert limits.max_seconds >= 3600


@pytest.mark.parametrize("name", ["min_seconds", "max_seconds", "max_channels", "max_bytes", "decode_seconds"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_that_is_not_positive_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=name):
        Limits(**{name: value})


def test_the_shortest_may_not_exceed_the_longest():
    with pytest.raises(SettingsError, match="min_seconds"):
        Limits(min_seconds=10, max_seconds=5)
