"""What follows a failure."""

from datetime import UTC, datetime, timedelta

import pytest

from packshot.contracts.messages import StepRun
from packshot.contracts.result import FrameRef
from packshot.errors import (
    BadPhoto,
    DeadlineExceeded,
    DeviceOutOfMemory,
    HostCrashed,
    OperationFailed,
    OperationQuarantined,
    StoreUnavailable,
)
from packshot.worker.retry import Retry, after_failure

from .conftest import slip, step

DELAYS = (2.0, 10.0, 60.0)


def command(attempt=1, deadline=None):
    return StepRun(job="j", branch=slip(step("0", "a.b")), frame=FrameRef(key="k"), attempt=attempt, deadline=deadline)


@pytest.mark.parametrize("error", [BadPhoto, OperationFailed])
def test_what_is_permanent_ends_at_once(error):
    assert after_failure(error(), command(), DELAYS) is None


@pytest.mark.parametrize("error", [HostCrashed, DeadlineExceeded, DeviceOutOfMemory])
def test_what_is_transient_is_tried_once_more_than_there_are_delays(error):
    assert [after_failure(error(), command(attempt), DELAYS) for attempt in (1, 2, 3, 4)] == [
        Retry(2.0, 2),
        Retry(10.0, 3),
        Retry(60.0, 4),
        None,
    ]


@pytest.mark.parametrize("error", [StoreUnavailable, OperationQuarantined])
def test_waiting_for_the_surroundings_uses_up_no_attempt(error):
    assert after_failure(error(), command(attempt=4), DELAYS) == Retry(10.0, 4)


def test_nothing_is_tried_after_the_deadline():
    assert after_failure(StoreUnavailable(), command(deadline=datetime.now(UTC) - timedelta(seconds=1)), DELAYS) is None
