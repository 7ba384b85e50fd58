"""Consuming a queue: every delivery becomes work that a lost connection does not cancel."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel, AbstractRobustQueue
from pydantic import ValidationError

from packshot.bus.inflight import InFlight
from packshot.bus.protocol import Handler
from packshot.bus.rabbit_link import RabbitLink, was_cancelled
from packshot.bus.rabbit_topology import Queue
from packshot.contracts.envelope import Envelope

log = structlog.get_logger(__name__)

CANCEL_TIMEOUT_S = 5.0


class _Receipt:
    """One hand-out by the broker, valid as long as the channel it came by."""

    def __init__(self, message: AbstractIncomingMessage, consumer: RabbitConsumer) -> None:
        self._message = message
        self._consumer = consumer

    async def ack(self) -> None:
        await self._answer(requeue=False)

    async def requeue(self) -> None:
        await self._answer(requeue=True)

    async def _answer(self, *, requeue: bool) -> None:
        try:
            await (self._message.nack(requeue=True) if requeue else self._message.ack())
        except asyncio.CancelledError:
            if was_cancelled():
                raise
        except Exception as error:  # whatever it is, the broker hands the message out again
            log.debug("settled too late", queue=self._consumer.name, id=self._message.message_id, error=repr(error))
        finally:
            await self._consumer.settled()


class RabbitConsumer:
    """A running consumption, on a channel of its own because prefetch is counted by channel."""

    def __init__(self, queue: Queue, name: str, handler: Handler, desk: InFlight, *, own: bool = False) -> None:
        self.name = name
        self._queue = queue
        self._handler = handler
        self._desk = desk
        self._own = own
        self._in_hand = 0
        self._cancelled = False
        self._seen: dict[str, int] = {}
        self._channel: AbstractRobustChannel
        self._source: AbstractRobustQueue
        self._tag: str

    async def start(self, link: RabbitLink, prefetch: int) -> None:
        """Declare the queue and begin. Declared and bound through the channel, so that both come back with it."""
        self._channel = await link.connection.channel(publisher_confirms=False)
        await self._channel.set_qos(prefetch_count=prefetch)
        self._source = await self._channel.declare_queue(self._queue.name, durable=True, arguments=self._queue.arguments)
        for exchange, key in self._queue.bindings:
            await self._source.bind(exchange, key)
        self._tag = await self._source.consume(self._on_message)

    async def cancel(self) -> None:
        """Take no more deliveries; the channel stays until the last one in hand is settled."""
        if self._cancelled:
            return
        self._cancelled = True
        with suppress(Exception):  # while the broker is away nothing is delivered anyway, and aio-pika will not consume again
            async with asyncio.timeout(CANCEL_TIMEOUT_S):
                await self._source.cancel(self._tag)
        await self._close_if_idle()

    async def settled(self) -> None:
        """One hand-out less."""
        self._in_hand -= 1
        await self._close_if_idle()

    async def _close_if_idle(self) -> None:
        if not self._cancelled or self._in_hand > 0:
            return
        with suppress(Exception):
            async with asyncio.timeout(CANCEL_TIMEOUT_S):
                if self._own:
                    await self._source.delete(if_unused=False, if_empty=False)
                await self._channel.close()

    async def _on_message(self, message: AbstractIncomingMessage) -> None:
        # This runs in a task of aio-pika's, which is cancelled when the connection is lost: only start the work here.
        try:
            envelope = Envelope.model_validate_json(message.body)
        except ValidationError as error:
            log.error("parked a message that is no envelope", queue=self.name, id=message.message_id, error=str(error))
            await message.reject(requeue=False)
            return
        self._in_hand += 1
        self._desk.take(self.name, envelope, self._deliveries(message, envelope.id), _Receipt(message, self), self._handler)

    def _deliveries(self, message: AbstractIncomingMessage, id: str) -> int:
        counted = message.headers.get("x-delivery-count")
        if isinstance(counted, int):
            return counted + 1
        if not message.redelivered:
            return 1
        # A classic queue does not count.
        if len(self._seen) > 10_000:
            self._seen.clear()
        self._seen[id] = self._seen.get(id, 1) + 1
        return self._seen[id]
