"""The collect service."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import AsyncExitStack, suppress
from typing import TypeVar

import structlog

from packshot.bus.protocol import Delivery
from packshot.bus.topology import COLLECT
from packshot.contracts.envelope import Envelope, Message
from packshot.contracts.ids import derived_id
from packshot.contracts.messages import CollectCancelled, CollectFailed, CollectRun, Failure
from packshot.errors import PermanentError
from packshot.imaging.limits import Limits
from packshot.in_hand import InHand
from packshot.observe.health import serving_health
from packshot.patience import Patience, Stopped
from packshot.service import System
from packshot_collect.eyes import Eyes
from packshot_collect.leg import SOURCE, Leg
from packshot_collect.marks import Marks
from packshot_collect.settings import CollectSettings

log = structlog.get_logger(__name__)

T = TypeVar("T")

NAME = "collect"


class Collecting:
    """Takes legs from the queue and says what came of them."""

    def __init__(self, system: System, settings: CollectSettings, eyes: Eyes) -> None:
        self._system = system
        self._settings = settings
        self._eyes = eyes
        self._patience = Patience(system.stopping)

    async def run(self, delivery: Delivery) -> None:
        """One leg. What follows is confirmed before the message is acknowledged."""
        command = delivery.envelope.body(CollectRun)
        try:
            said = await self._patience.outlast(lambda: self._leg(command))
            if said is not None:
                await self._patience.outlast(lambda: self._say(command, said))
        except Stopped:
            await delivery.requeue()

    async def cancelled(self, delivery: Delivery) -> None:
        """Note that a collection is to stop: whoever is at it looks every few seconds."""
        body = delivery.envelope.body(CollectCancelled)
        with suppress(Stopped):
            await self._patience.outlast(lambda: Marks(self._system.store, body.collection).set_end(body))

    async def _leg(self, command: CollectRun) -> Message | None:
        try:
            return await _plainly(self._made(command).run())
        except PermanentError as error:
            log.warning("a collection failed", collection=command.collection, code=error.code, reason=str(error))
            return await self._failed(command, error)

    def _made(self, command: CollectRun) -> Leg:
        system = self._system
        return Leg(
            command, bus=system.bus, store=system.store, eyes=self._eyes, settings=self._settings, stopping=system.stopping
        )

    async def _failed(self, command: CollectRun, error: PermanentError) -> CollectFailed:
        failed = CollectFailed(
            collection=command.collection,
            tenant=command.tenant,
            name=command.order.name,
            failure=Failure(code=error.code, message=str(error)),
        )
        await Marks(self._system.store, command.collection).set_end(failed)
        return failed

    async def _say(self, command: CollectRun, said: Message) -> None:
        bus, about = self._system.bus, command.collection
        if isinstance(said, CollectRun):
            await bus.send(
                COLLECT, Envelope.of(said, source=SOURCE, subject=about, id=derived_id(said.type, about, str(said.leg)))
            )
        elif not isinstance(said, CollectCancelled):
            await bus.publish(Envelope.of(said, source=SOURCE, subject=about, id=derived_id(said.type, about)))


class CollectService:
    """Makes data sets."""

    name = NAME

    async def run(self, system: System) -> None:
        """Take legs until `system.stopping` is set; those in hand then end early, and are handed on."""
        settings = CollectSettings.beside(system.settings)
        eyes = Eyes(settings.collect_processes, Limits(max_bytes=settings.max_photo_bytes))
        collecting, in_hand = Collecting(system, settings, eyes), InHand()

        async def run_leg(delivery: Delivery) -> None:
            with in_hand:
                await collecting.run(delivery)

        async with AsyncExitStack() as stack:
            stack.callback(eyes.close)
            stack.push_async_callback(in_hand.emptied, settings.drain_s)
            cancelled = await system.bus.subscribe([CollectCancelled.type], collecting.cancelled, name=NAME)
            stack.push_async_callback(cancelled.cancel)
            legs = await system.bus.consume(COLLECT, run_leg, prefetch=settings.collect_at_once)
            stack.push_async_callback(legs.cancel)
            if settings.distributed:
                await stack.enter_async_context(serving_health(system))
            system.ready(self.name)
            await system.stopping.wait()


async def _plainly(work: Awaitable[T]) -> T:
    """What `work` returns; of errors that a task group has put together, the first is raised."""
    try:
        return await work
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from group


SERVICE = CollectService()
