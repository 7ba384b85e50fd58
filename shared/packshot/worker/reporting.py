"""Says that a visit has started, if it is a long one, and how far it has come, not too often."""

from __future__ import annotations

import asyncio
import time

import structlog

from packshot.contracts.envelope import Message
from packshot.contracts.messages import StepProgressed, StepStarted
from packshot.errors import TransientError
from packshot.worker.telling import Teller
from packshot.worker.visit import Visit

_log = structlog.get_logger(__name__)

STARTED_AFTER_S = 0.25
"""Shorter visits do not say that they started."""
PROGRESS_EVERY_S = 0.5


class Reporter:
    """Reports on one visit, while it is entered."""

    def __init__(self, teller: Teller, visit: Visit, traceparent: str | None) -> None:
        self._teller = teller
        self._visit = visit
        self._traceparent = traceparent
        self._next = time.monotonic() + STARTED_AFTER_S
        self._telling: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Reporter:
        """The visit begins."""
        self._timer = asyncio.get_running_loop().call_later(STARTED_AFTER_S, self._started)
        return self

    def __exit__(self, *_: object) -> None:
        """The visit has ended."""
        self._timer.cancel()

    def progress(self, step: int, fraction: float, note: str) -> None:
        """A step has come so far."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + PROGRESS_EVERY_S
        command, planned = self._visit.command, self._visit.steps[step].planned
        self._tell(
            StepProgressed(
                job=command.job, tenant=command.tenant, step=planned.id, operation=planned.operation, fraction=fraction, note=note
            )
        )

    def _started(self) -> None:
        command, planned = self._visit.command, self._visit.steps[0].planned
        self._tell(
            StepStarted(
                job=command.job,
                tenant=command.tenant,
                step=planned.id,
                operation=planned.operation,
                worker=self._teller.worker,
                attempt=command.attempt,
            )
        )

    def _tell(self, event: Message) -> None:
        task = asyncio.create_task(self._try_to_tell(event))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _try_to_tell(self, event: Message) -> None:
        try:
            await self._teller.tell(event, job=self._visit.command.job, traceparent=self._traceparent)
        except TransientError as error:
            # Nice to know, but no reason to stop working.
            _log.warning("event.not_told", type=event.type, reason=str(error))
