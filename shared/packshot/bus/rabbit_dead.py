"""The dead letters in RabbitMQ: read by getting them and giving them back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from aio_pika.abc import HeadersType
from aiormq import spec
from aiormq.abc import AbstractChannel, DeliveredMessage
from pydantic import ValidationError

from packshot.bus.inflight import Work
from packshot.bus.protocol import DeadLetter
from packshot.bus.rabbit_link import RabbitLink
from packshot.bus.rabbit_publisher import PERSISTENT, RabbitPublisher
from packshot.bus.rabbit_topology import RabbitTopology
from packshot.bus.topology import DELIVERY_LIMIT
from packshot.contracts.envelope import Envelope

QUEUE = "x-packshot-queue"
REASON = "x-packshot-reason"
PARKED_AT = "x-packshot-parked-at"
LONGEST_REASON = 2000

READ_TIMEOUT_S = 60.0

_BROKER_REASONS = {
    "delivery_limit": f"Handed out {DELIVERY_LIMIT} times and never settled: it seems to kill the worker that takes it.",
    "rejected": "It is not a message of packshot's.",
    "expired": "It waited too long.",
    "maxlen": "The queue was full.",
}


class RabbitDeadLetters:
    """The parking queue."""

    def __init__(self, link: RabbitLink, publisher: RabbitPublisher, names: RabbitTopology) -> None:
        self._link = link
        self._publisher = publisher
        self._names = names
        self._reading = asyncio.Lock()

    async def park(self, work: Work, reason: str) -> None:
        """Store a copy of `work` with the reason. Raises BusUnavailable."""
        headers: HeadersType = {QUEUE: work.queue, REASON: reason[:LONGEST_REASON], PARKED_AT: datetime.now(UTC).isoformat()}
        await self._publisher.publish(self._names.dead_exchange, work.queue, work.envelope, mandatory=True, headers=headers)

    async def list(self, limit: int) -> list[DeadLetter]:
        """The oldest `limit`."""
        async with self._reading, self._link.channel(READ_TIMEOUT_S) as channel:
            return [self._letter(message) async for message in self._got(channel, limit)]

    async def retry(self, id: str) -> bool:
        """Send every letter with this id back to the queue it came from."""

        async def send_back(letter: DeadLetter, message: DeliveredMessage) -> None:
            properties = spec.Basic.Properties(
                content_type=message.header.properties.content_type,
                delivery_mode=PERSISTENT,
                message_id=message.header.properties.message_id,
                message_type=message.header.properties.message_type,
            )
            key = self._names.name(letter.queue)
            await self._publisher.publish_raw(self._names.commands, key, message.body, properties, mandatory=True)

        return await self._remove(id, send_back)

    async def drop(self, id: str) -> bool:
        """Throw every letter with this id away."""
        return await self._remove(id)

    async def _remove(self, id: str, first: Callable[[DeadLetter, DeliveredMessage], Any] | None = None) -> bool:
        found = False
        async with self._reading, self._link.channel(READ_TIMEOUT_S) as channel:
            async for message in self._got(channel):
                letter = self._letter(message)
                if letter.id != id:
                    continue
                if first is not None:
                    await first(letter, message)
                await channel.basic_ack(message.delivery_tag or 0)
                found = True
        return found

    async def _got(self, channel: AbstractChannel, limit: int | None = None) -> AsyncIterator[DeliveredMessage]:
        """Letters, oldest first, unacknowledged: closing the channel gives back what was not acknowledged."""
        taken = 0
        while limit is None or taken < limit:
            message = await channel.basic_get(self._names.dead_queue)
            if isinstance(message.delivery, spec.Basic.GetEmpty):
                return
            yield message
            taken += 1

    def _letter(self, message: DeliveredMessage) -> DeadLetter:
        headers: dict[str, Any] = dict(message.header.properties.headers or {})
        envelope = _envelope(message)
        if REASON in headers:
            parked_at = datetime.fromisoformat(str(headers[PARKED_AT]))
            return DeadLetter(
                id=envelope.id, queue=str(headers[QUEUE]), reason=str(headers[REASON]), parked_at=parked_at, envelope=envelope
            )
        death: dict[str, Any] = next(iter(headers.get("x-death") or ()), {})
        reason = str(death.get("reason", "unknown"))
        return DeadLetter(
            id=envelope.id,
            queue=self._names.plain(str(death.get("queue", message.routing_key))),
            reason=_BROKER_REASONS.get(reason, f"The broker parked it: {reason}."),
            parked_at=death.get("time"),
            envelope=envelope,
        )


def _envelope(message: DeliveredMessage) -> Envelope:
    """The message, or for one that is none of ours an envelope that shows its text."""
    try:
        return Envelope.model_validate_json(message.body)
    except ValidationError:
        text = message.body[:LONGEST_REASON].decode(errors="replace")
        name = message.header.properties.message_id or ""
        return Envelope(id=name, source="unknown", type="unreadable", dataschema="unknown", data={"text": text})
