"""What a worker says on the bus: events of its steps, and the commands that follow them."""

from __future__ import annotations

import asyncio

from packshot.bus.protocol import Bus
from packshot.bus.topology import operation_queue
from packshot.contracts.envelope import Envelope, Message
from packshot.contracts.messages import Failure, InspectionAlerted, StepFailed, StepFinished, StepRun
from packshot.contracts.plan import PlannedBranch
from packshot.contracts.result import FrameRef
from packshot.errors import PackshotError, Unroutable
from packshot.observe.tracing import child_traceparent
from packshot.worker.visit import Visit
from packshot.worker.visiting import Visited


class Teller:
    """One worker's voice."""

    def __init__(self, bus: Bus, worker: str, service: str) -> None:
        self._bus = bus
        self.worker = worker
        """Its id."""
        self._source = f"packshot/{service}/{worker}"

    async def tell(self, event: Message, *, job: str | None = None, traceparent: str | None = None) -> None:
        """Publish an event."""
        await self._bus.publish(self._wrapped(event, job, traceparent))

    async def send(self, command: StepRun, traceparent: str | None, *, delay_s: float = 0.0) -> None:
        """Put a command into the queue of its first step; it waits there even if no worker has that operation yet."""
        step = command.branch.steps[0]
        queue = operation_queue(step.stage, step.operation, step.major)
        envelope = self._wrapped(command, command.job, traceparent)
        try:
            await self._bus.send(queue, envelope, urgent=command.urgent, delay_s=delay_s)
        except Unroutable:
            await self._bus.declare(queue)
            await self._bus.send(queue, envelope, urgent=command.urgent, delay_s=delay_s)

    async def finished(self, visit: Visit, visited: Visited, traceparent: str | None) -> None:
        """The visit has ended: say so, say which outputs are ready, and send on what remains."""
        command = visit.command
        sends = [self.send(following(command, branch, visited.frame), traceparent) for branch in visit.next]
        events = [self._event(visit, visited, visit.remaining, output) for output in visit.ready]
        if visit.next:
            events.append(self._event(visit, visited, visit.remaining, None))
        await asyncio.gather(*(self.tell(event, job=command.job, traceparent=traceparent) for event in events), *sends)

    async def alerted(self, visit: Visit, visited: Visited, traceparent: str | None) -> None:
        """Raise what the visit's steps found that somebody should look at: each finding with an `alert`."""
        command = visit.command
        for step in visited.steps:
            finding = visited.frame.findings.get(step.operation)
            if isinstance(finding, dict) and finding.get("alert"):
                event = InspectionAlerted(
                    job=command.job,
                    tenant=command.tenant,
                    operation=step.operation,
                    verdict=str(finding.get("verdict", "")),
                    findings=finding,
                )
                await self.tell(event, job=command.job, traceparent=traceparent)

    async def repairing(self, visit: Visit, visited: Visited, slip: PlannedBranch, traceparent: str | None) -> None:
        """The frame goes back to be repaired."""
        command = visit.command
        event = self._event(visit, visited, slip, None, repairing=True)
        again = following(command, slip, visited.frame).model_copy(update={"repairs_left": command.repairs_left - 1})
        await asyncio.gather(self.tell(event, job=command.job, traceparent=traceparent), self.send(again, traceparent))

    async def failed(self, command: StepRun, error: PackshotError, retry_in_s: float | None, traceparent: str | None) -> None:
        """A step has failed: for good, or until its next attempt in `retry_in_s`."""
        step = command.branch.steps[error.step or 0]
        final = retry_in_s is None
        event = StepFailed(
            job=command.job,
            tenant=command.tenant,
            step=step.id,
            operation=step.operation,
            failure=Failure(code=error.code, message=str(error), step=step.id, operation=step.operation),
            attempt=command.attempt,
            final=final,
            retry_in_s=retry_in_s,
            outputs=tuple(command.branch.outputs()) if final else (),
            worker=self.worker,
        )
        await self.tell(event, job=command.job, traceparent=traceparent)

    def _event(
        self, visit: Visit, visited: Visited, remaining: PlannedBranch, output: str | None, *, repairing: bool = False
    ) -> StepFinished:
        command = visit.command
        return StepFinished(
            job=command.job,
            tenant=command.tenant,
            steps=visited.steps,
            frame=visited.frame,
            worker=self.worker,
            remaining=PlannedBranch(output=output) if output is not None else remaining,
            output=output,
            attempt=command.attempt,
            repairing=repairing,
        )

    def _wrapped(self, message: Message, job: str | None, traceparent: str | None) -> Envelope:
        return Envelope.of(message, source=self._source, subject=job, traceparent=child_traceparent(traceparent))


def following(command: StepRun, branch: PlannedBranch, frame: FrameRef) -> StepRun:
    """The command that does `branch` on `frame` next, for the same job."""
    return command.model_copy(update={"branch": branch, "frame": frame, "attempt": 1})
