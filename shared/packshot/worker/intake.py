"""Which queues a worker listens to: two for each of its operations, except those that rest in quarantine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from packshot.bus.protocol import Bus, Consumer, Handler
from packshot.bus.topology import operation_queue
from packshot.contracts.operation import OperationSpec
from packshot.plugin.devices import CPU


class Intake:
    """The consumers of one worker."""

    def __init__(self, bus: Bus, handler: Handler, prefetch: int) -> None:
        self._bus = bus
        self._handler = handler
        self._prefetch = prefetch
        self._consumers: dict[str, list[Consumer]] = {}
        self._changing = asyncio.Lock()

    async def listen(self, operations: Sequence[OperationSpec]) -> None:
        """Consume the queues of exactly these operations from now on."""
        wanted = {operation_queue(spec.stage, spec.name, spec.major): self._room_for(spec) for spec in operations}
        async with self._changing:
            for queue in sorted(set(wanted) - set(self._consumers)):
                await self._bus.declare(queue)
                self._consumers[queue] = [
                    await self._bus.consume(queue, self._handler, prefetch=wanted[queue], urgent=urgent)
                    for urgent in (True, False)
                ]
            for queue in sorted(set(self._consumers) - set(wanted)):
                for consumer in self._consumers.pop(queue):
                    await consumer.cancel()

    def _room_for(self, spec: OperationSpec) -> int:
        # Work for a device is long: what one worker hoarded, another would sit idle for.
        return self._prefetch if spec.device.kind == CPU else min(self._prefetch, 2 * spec.batch.max)
