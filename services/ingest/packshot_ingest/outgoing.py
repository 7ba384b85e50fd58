"""What ingest says: events, and the first command of each job. Saying it twice adds nothing."""

from __future__ import annotations

from packshot.bus.protocol import Bus
from packshot.bus.topology import operation_queue
from packshot.contracts.envelope import Envelope, Message
from packshot.contracts.ids import derived_id
from packshot.contracts.messages import StepRun
from packshot.errors import Unroutable
from packshot.patience import Patience

SOURCE = "ingest"


class Outgoing:
    """Sends messages under ids derived from what they are about, and outlasts a broker that is away."""

    def __init__(self, bus: Bus, patience: Patience) -> None:
        self._bus = bus
        self._patience = patience

    async def publish(self, event: Message, subject: str, *, about: str = "") -> None:
        """Publish the one event of this type that `subject` has (`about` each of several things)."""
        envelope = _envelope(event, subject, about)
        await self._patience.outlast(lambda: self._bus.publish(envelope))

    async def send(self, command: StepRun) -> None:
        """Put a command into the queue of its first step, which is made if no worker has made it yet: work waits there."""
        step = command.branch.steps[0]
        queue = operation_queue(step.stage, step.operation, step.major)
        envelope = _envelope(command, command.job, step.id)

        async def sent() -> None:
            try:
                await self._bus.send(queue, envelope, urgent=command.urgent)
            except Unroutable:
                await self._bus.declare(queue)
                await self._bus.send(queue, envelope, urgent=command.urgent)

        await self._patience.outlast(sent)


def _envelope(body: Message, subject: str, about: str) -> Envelope:
    return Envelope.of(body, source=SOURCE, subject=subject, id=derived_id(body.type, SOURCE, subject, about))
