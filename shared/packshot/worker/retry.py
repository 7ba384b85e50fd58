"""What follows a failure: another attempt after a while, or the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from packshot.contracts.messages import StepRun
from packshot.errors import (
    BusUnavailable,
    OperationAway,
    OperationQuarantined,
    PackshotError,
    PermanentError,
    StoreUnavailable,
    Unroutable,
    VersionGone,
)

_SURROUNDINGS = (StoreUnavailable, BusUnavailable, Unroutable, OperationQuarantined, OperationAway, VersionGone)
"""Not this picture's fault, and they end: waiting for them uses up no attempt."""


@dataclass(frozen=True)
class Retry:
    """Try again after `delay_s`, as attempt number `attempt`."""

    delay_s: float
    attempt: int


def after_failure(error: PackshotError, command: StepRun, delays_s: tuple[float, ...]) -> Retry | None:
    """The next attempt, or None if the step has failed for good.

    Permanent errors end at once, others after one attempt more than there are delays, and everything ends at its deadline.
    """
    if isinstance(error, PermanentError) or past(command.deadline):
        return None
    if isinstance(error, _SURROUNDINGS):
        return Retry(delays_s[min(1, len(delays_s) - 1)], command.attempt)
    if command.attempt > len(delays_s):
        return None
    return Retry(delays_s[command.attempt - 1], command.attempt + 1)


def past(deadline: datetime | None) -> bool:
    """Whether it is too late."""
    return deadline is not None and datetime.now(UTC) >= deadline
