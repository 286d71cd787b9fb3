import pytest

from genrekit.errors import ServiceError
from genrekit.service.admission import Admission


def test_a_permit_is_freed_however_the_block_is_left():
    admission = Admission(1, 1)
    with pytest.raises(ZeroDivisionError), admission.permit():
        1 / (admission.held - 1)
    assert admission.held == 0


def test_one_more_than_there_are_permits_is_refused_with_a_time_to_come_back():
    admission = Admission(2, 1)
    with admission.permit(), admission.permit(), pytest.raises(ServiceError) as refused, admission.permit():
        pass
    assert refused.value.kind.name == "overloaded"
    assert refused.value.retry_after == 2


def test_a_stopping_service_takes_nothing_new():
    admission = Admission(2, 1)
    admission.is_open = False
    with pytest.raises(ServiceError, match="stopping"), admission.permit():
        pass


def test_the_time_to_come_back_follows_what_requests_take():
    admission = Admission(10, 2)
    for _ in range(100):
        admission.took(4.0)
    with admission.permit(), admission.permit(), admission.permit():
        assert admission.retry_after == 6
    assert admission.retry_after == 1
