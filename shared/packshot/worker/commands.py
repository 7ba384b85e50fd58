"""Does commands: each ends finished, sent back for repair, sent again for another attempt, or failed for good."""

from __future__ import annotations

import structlog

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.messages import StepRun
from packshot.contracts.plan import PlannedBranch
from packshot.errors import BusUnavailable, DeadlineExceeded, PackshotError, PermanentError, TransientError, VersionGone
from packshot.observe import metrics
from packshot.worker.offer import Offer
from packshot.worker.repairs import plan_repairs
from packshot.worker.reporting import Reporter
from packshot.worker.retry import after_failure, past
from packshot.worker.telling import Teller
from packshot.worker.visit import Visit, plan_visit
from packshot.worker.visiting import Visited, Visiting

_log = structlog.get_logger(__name__)


class Commands:
    """What a worker does with a `step.run`."""

    def __init__(
        self, visiting: Visiting, teller: Teller, offer: Offer, catalogue: Catalogue, delays_s: tuple[float, ...]
    ) -> None:
        self._visiting = visiting
        self._teller = teller
        self._offer = offer
        self._catalogue = catalogue
        self._delays_s = delays_s

    async def do(self, command: StepRun, traceparent: str | None) -> None:
        """Do it. When this returns, what follows is confirmed. Raises BusUnavailable where that could not be."""
        try:
            await self._do(command, traceparent)
        except BusUnavailable:
            # Nobody could be told either. The broker hands the command out again, and result keys save the work.
            raise
        except PackshotError as error:
            await self._failed(command, error, traceparent)
        except Exception as error:
            _log.exception("step.bug", job=command.job, step=command.branch.steps[0].id)
            wrapped = TransientError(f"packshot itself failed ({type(error).__name__}: {error}); its log says where.")
            await self._failed(command, wrapped, traceparent)

    async def _do(self, command: StepRun, traceparent: str | None) -> None:
        if past(command.deadline):
            raise DeadlineExceeded("The job's deadline had passed before this step began.")
        while not await self._visit(command, traceparent):
            _log.info("visit.planned_anew", job=command.job, step=command.branch.steps[0].id)

    async def _visit(self, command: StepRun, traceparent: str | None) -> bool:
        """One visit; whether it was done. Not if a version that it was planned with was replaced before its turn came."""
        visit = plan_visit(command, self._offer.find)
        if visit is None:
            raise self._offer.refusal(command.branch.steps[0])
        try:
            await self._run(visit, traceparent)
        except VersionGone:
            return False
        return True

    async def _run(self, visit: Visit, traceparent: str | None) -> None:
        with Reporter(self._teller, visit, traceparent) as reporter:
            visited = await self._visiting.run(visit, reporter.progress)
            slip = self._repair_slip(visit, visited)
            if visited.repairs and slip is None:
                visited = await self._visiting.run(visit, reporter.progress, may_repair=False)
        await self._teller.alerted(visit, visited, traceparent)
        if slip is None:
            await self._teller.finished(visit, visited, traceparent)
        else:
            await self._teller.repairing(visit, visited, slip, traceparent)

    def _repair_slip(self, visit: Visit, visited: Visited) -> PlannedBranch | None:
        """The way through the repairs that a check asked for; None if it asked for none, or for some that nobody offers."""
        if not visited.repairs:
            return None
        done = len(visited.steps)
        rest = visit.command.branch.model_copy(update={"steps": visit.command.branch.steps[done:]})
        try:
            return plan_repairs(visit.steps[done - 1].planned, visited.repairs, rest, self._catalogue, visit.command.majors)
        except PermanentError as error:
            _log.warning("repair.impossible", job=visit.command.job, step=visit.steps[done - 1].planned.id, reason=str(error))
            return None

    async def _failed(self, command: StepRun, error: PackshotError, traceparent: str | None) -> None:
        step = command.branch.steps[error.step or 0]
        retry = after_failure(error, command, self._delays_s)
        outcome = "permanent" if retry is None else "transient"
        metrics.step_seconds.labels(step.operation, str(step.major), outcome).observe(0.0)
        _log.warning("step.failed", job=command.job, step=step.id, operation=step.operation, code=error.code, reason=str(error))
        if retry is None:
            await self._teller.failed(command, error, None, traceparent)
            return
        metrics.step_retries.labels(step.operation, error.code).inc()
        again = command.model_copy(update={"attempt": retry.attempt})
        await self._teller.send(again, traceparent, delay_s=retry.delay_s)
        await self._teller.failed(command, error, retry.delay_s, traceparent)
