"""`Worker`: the runtime of one stage, from its first announcement to its drain."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import structlog

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.ids import new_id
from packshot.contracts.messages import JobCancelled, WorkerAnnounced, WorkersProbed
from packshot.contracts.operation import OperationSpec, Stage
from packshot.contracts.plugin import PluginState
from packshot.errors import TransientError
from packshot.models.supply import supplied
from packshot.observe.health import serving_health
from packshot.plugin.host import PluginHost
from packshot.service import System
from packshot.worker.announcing import Announcer
from packshot.worker.commands import Commands
from packshot.worker.desk import Desk
from packshot.worker.intake import Intake
from packshot.worker.offer import Offer
from packshot.worker.telling import Teller
from packshot.worker.visiting import Visiting

_log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 2.0
"""How often it looks whether an operation has left quarantine; of other changes it is told."""
_CANCEL_AGAIN_S = 1.0
_LEAST_IN_HAND = 32
"""Commands. With no-op steps over RabbitMQ, fewer leave the children waiting for confirms."""


class Worker:
    """Does the steps of one stage for as long as its system runs."""

    def __init__(self, stage: Stage, system: System) -> None:
        self.id = f"{stage.value}@{socket.gethostname()}-{new_id()[-8:]}"
        self._stage = stage
        self._system = system
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Work until `system.stopping`, then drain. Raises HostCrashed if no plugin host can be started."""
        async with AsyncExitStack() as stack:
            host = self._system.host
            if host is None:
                host = await stack.enter_async_context(own_host(self._system))
                await stack.enter_async_context(serving_health(self._system))
            stack.enter_context(self._told_of_changes(host))
            await self._serve(host)

    async def _serve(self, host: PluginHost) -> None:
        system = self._system
        offer = Offer(host, self._stage, self.id)
        catalogue = Catalogue(host.specs)
        teller = Teller(system.bus, self.id, self._stage.value)
        visiting = Visiting(host, system.store, self.id, ahead=max(2 * host.processes + 2, 2 * offer.largest_batch))
        commands = Commands(visiting, teller, offer, catalogue, system.settings.retry_delays_s)
        # More than can compute at once: the store and the bus work for some while the children work for others.
        slots = max(_LEAST_IN_HAND, 2 * host.processes, 2 * offer.largest_batch)
        desk = Desk(commands.do, slots)
        intake = Intake(system.bus, desk.take, prefetch=slots)
        announcer = Announcer(teller, offer.announcement, catalogue)

        cancellations = await system.bus.subscribe([JobCancelled.type], desk.cancel)
        others = await system.bus.subscribe([WorkersProbed.type, WorkerAnnounced.type], announcer.hear)
        announcing = asyncio.create_task(announcer.run())
        tending = asyncio.create_task(self._tend(host, offer, intake, announcer))
        await system.stopping.wait()
        await _ended(tending)
        await _while_the_bus_is_there(intake.listen(()))
        await desk.drain(system.settings.drain_s)
        await _ended(announcing)
        await announcer.depart(self.id)
        await _while_the_bus_is_there(asyncio.gather(cancellations.cancel(), others.cancel()))

    async def _tend(self, host: PluginHost, offer: Offer, intake: Intake, announcer: Announcer) -> None:
        """Keep the queues in step with the operations that can run, and tell everybody of changes at once."""
        listening: tuple[OperationSpec, ...] | None = None
        told: tuple[PluginState, ...] | None = None
        while True:
            self._changed.clear()
            awake, plugins = offer.awake(), host.plugins
            if plugins != told:
                told = plugins
                announcer.soon()
            if awake != listening:
                try:
                    await intake.listen(awake)
                except TransientError as error:
                    _log.warning("worker.cannot_listen", stage=self._stage, reason=str(error))
                else:
                    if listening is None:
                        # Who waits for readiness goes on to order work, and whoever plans it must know the operations.
                        await announcer.known.wait()
                        _log.info("worker.ready", stage=self._stage, worker=self.id, operations=len(awake))
                        self._system.ready(self._stage.value)
                    listening = awake
                    announcer.soon()
            try:
                await asyncio.wait_for(self._changed.wait(), _LOOK_EVERY_S)
            except TimeoutError:
                continue

    @contextmanager
    def _told_of_changes(self, host: PluginHost) -> Iterator[None]:
        host.on_change.append(self._changed.set)
        try:
            yield
        finally:
            host.on_change.remove(self._changed.set)


@asynccontextmanager
async def own_host(system: System) -> AsyncIterator[PluginHost]:
    """A host of this service's own, with every registered model that its plugins run, while the context lasts."""
    host = PluginHost(system.settings)
    try:
        await host.start()
        for failure in host.failures:
            _log.error("plugin.not_loaded", plugin=failure.plugin, reason=failure.reason)
        async with supplied(system, host):
            yield host
    finally:
        await host.stop()


async def _ended(task: asyncio.Task[None]) -> None:
    # More than once: a declaration under way in the broker's client can swallow a cancellation, and the task then goes on.
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_CANCEL_AGAIN_S)


async def _while_the_bus_is_there(work: Awaitable[object]) -> None:
    try:
        await work
    except TransientError as error:
        _log.warning("worker.drains_without_the_bus", reason=str(error))
