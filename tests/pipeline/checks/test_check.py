import pytest

from genrekit.pipeline.checks.check import Limit, Status, Table, at_least, at_most, none_of, reported


@pytest.mark.parametrize(
    ("value", "status"), [(0.9, Status.PASSED), (0.8, Status.PASSED), (0.75, Status.SHORT), (0.6, Status.FAILED)]
)
def test_a_large_figure_is_good_where_that_is_asked(value, status):
    assert at_least("s", "n", value, Limit(gate=0.7, wanted=0.8), "note").status is status


@pytest.mark.parametrize(
    ("value", "status"), [(0.01, Status.PASSED), (0.05, Status.PASSED), (0.07, Status.SHORT), (0.09, Status.FAILED)]
)
def test_a_small_figure_is_good_where_that_is_asked(value, status):
    assert at_most("s", "n", value, Limit(gate=0.08, wanted=0.05), "note").status is status


def test_what_must_not_be_there_fails_with_a_list_of_it():
    none, one = (none_of("s", "n", Table(("track",), rows), "note") for rows in ((), (("t",),)))
    assert (none.status, one.status) == (Status.PASSED, Status.FAILED)
    assert one.value == 1


def test_a_report_is_never_judged():
    assert reported("s", "n", -1e9, "note").status is Status.REPORTED
