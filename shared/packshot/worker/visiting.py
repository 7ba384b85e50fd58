"""Runs visits: from the stored result if there is one, else fetch, run, store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from packshot.contracts.messages import StepRun
from packshot.contracts.recipe import Step
from packshot.contracts.result import FrameRef, ResultRecord, StepRecord
from packshot.errors import DeadlineExceeded, PackshotError
from packshot.observe import metrics
from packshot.plugin.host import PluginHost
from packshot.plugin.order import Order, Outcome
from packshot.store.protocol import ArtifactStore
from packshot.worker.blobs import fetch_order, merged, store_outcome
from packshot.worker.visit import Visit

Progress = Callable[[int, float, str], None]


@dataclass(frozen=True)
class Visited:
    """A visit that has ended."""

    frame: FrameRef
    steps: tuple[StepRecord, ...]
    """What was done; fewer than the visit has when the last of them asked for repairs."""
    repairs: tuple[Step, ...] = ()


class Visiting:
    """Runs visits on one host and one store."""

    def __init__(self, host: PluginHost, store: ArtifactStore, worker: str, ahead: int) -> None:
        self._host = host
        self._store = store
        self._worker = worker
        # A few pictures are fetched ahead of the children and no more, though a worker has many commands in hand.
        self._ahead = asyncio.Semaphore(ahead)

    async def run(self, visit: Visit, progress: Progress, *, may_repair: bool = True) -> Visited:
        """The frame at the visit's end. Raises what the store and PluginHost.run raise."""
        async with self._ahead:
            known = await self._store.get_result(visit.key)
            if known is not None and visit.answered_by(known) and (may_repair or not known.repairs):
                metrics.cache_hits.labels(visit.steps[0].spec.name).inc()
                return self._again(visit, known)
            order = await fetch_order(visit, self._store)
            order = replace(order, progress=progress, may_repair=order.may_repair and may_repair)
            outcome = await self._in_time(visit.command, order)
        history = tuple(
            step.record(seconds=done.seconds, device=done.device, worker=self._worker)
            for step, done in zip(visit.steps, outcome.done, strict=False)
        )
        frame = await store_outcome(visit.command.frame, order, outcome, history, self._store)
        for record in history:
            metrics.step_seconds.labels(record.operation, record.version, "ok").observe(record.seconds)
        stopped = outcome.repairs if order.may_repair else ()
        # A check that nobody listened to any more must not answer a visit where it still counts.
        if bool(stopped) == bool(outcome.repairs):
            await self._store.put_result(ResultRecord(key=visit.key, frame=merged(frame, known), repairs=stopped))
        return Visited(frame, history, stopped)

    async def _in_time(self, command: StepRun, order: Order) -> Outcome:
        left = None if command.deadline is None else (command.deadline - datetime.now(UTC)).total_seconds()
        try:
            async with asyncio.timeout(left):
                return await self._host.run(order)
        except TimeoutError:
            raise DeadlineExceeded("The job's deadline has passed.") from None

    def _again(self, visit: Visit, known: ResultRecord) -> Visited:
        """A stored result told as this job's: its own step ids, its own earlier history."""
        before = visit.command.frame.history
        done = len(visit.steps) if not known.repairs else _position(visit, known) + 1
        stored = {record.key: record for record in known.frame.history}
        steps = tuple(
            step.record(
                seconds=stored[step.key].seconds, device=stored[step.key].device, worker=stored[step.key].worker, cached=True
            )
            for step in visit.steps[:done]
        )
        for record in steps:
            metrics.step_seconds.labels(record.operation, record.version, "cached").observe(0.0)
        return Visited(known.frame.model_copy(update={"history": (*before, *steps)}), steps, known.repairs)


def _position(visit: Visit, known: ResultRecord) -> int:
    """Which of the visit's steps a result that asks for repairs ended with."""
    for position, step in enumerate(visit.steps):
        if step.key == known.frame.key:
            return position
    raise PackshotError(f"The stored result {known.key} does not belong to its key.")
