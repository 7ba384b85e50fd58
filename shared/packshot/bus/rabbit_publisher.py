"""Publishing that is not over before the broker has confirmed it."""

from __future__ import annotations

import asyncio

import structlog
from aio_pika.abc import AbstractRobustChannel, HeadersType
from aio_pika.exceptions import PublishError
from aiormq import spec

from packshot.bus.rabbit_link import RabbitLink, pauses, was_cancelled
from packshot.contracts.envelope import Envelope
from packshot.errors import BusUnavailable, Unroutable
from packshot.observe import metrics

log = structlog.get_logger(__name__)

PERSISTENT = 2


class RabbitPublisher:
    """One confirming channel that any number of tasks publish on at once.

    An attempt takes at most `attempt_s`. What the broker refused or did not confirm is sent again with the same id, until
    `limit_s` have passed.
    """

    def __init__(self, link: RabbitLink, attempt_s: float, limit_s: float) -> None:
        self._link = link
        self._attempt_s = attempt_s
        self._limit_s = limit_s
        self._channel: AbstractRobustChannel | None = None

    async def open(self) -> None:
        """Open the channel. It comes back with its connection."""
        self._channel = await self._link.connection.channel(publisher_confirms=True, on_return_raises=True)

    async def close(self) -> None:
        """Fail what is still being published."""
        self._channel = None

    async def publish(
        self, exchange: str, key: str, envelope: Envelope, *, mandatory: bool, headers: HeadersType | None = None
    ) -> None:
        """Publish and wait for the confirmation. Raises Unroutable (if `mandatory`) and BusUnavailable."""
        properties = spec.Basic.Properties(
            content_type="application/cloudevents+json",
            delivery_mode=PERSISTENT,
            headers=headers,
            message_id=envelope.id,
            message_type=envelope.type,
        )
        await self.publish_raw(exchange, key, envelope.model_dump_json().encode(), properties, mandatory=mandatory)

    async def publish_raw(
        self, exchange: str, key: str, body: bytes, properties: spec.Basic.Properties, *, mandatory: bool
    ) -> None:
        """`publish` for a body that is bytes already."""
        clock = asyncio.get_running_loop().time
        give_up = clock() + self._limit_s
        for pause in pauses():
            error = await self._attempt(exchange, key, body, properties, mandatory)
            if error is None:
                return
            if clock() + pause > give_up:
                raise BusUnavailable(
                    f"RabbitMQ at {self._link.where} has not confirmed a message for {self._limit_s:g} s ({error!r})."
                ) from error
            metrics.publish_repeats.inc()
            log.info("publishing again", exchange=exchange, key=key, id=properties.message_id, error=repr(error))
            await asyncio.sleep(pause)

    async def _attempt(
        self, exchange: str, key: str, body: bytes, properties: spec.Basic.Properties, mandatory: bool
    ) -> BaseException | None:
        """None once it is confirmed, or why that is not known."""
        channel = self._channel
        if channel is None:
            raise BusUnavailable("The bus is closed.")
        try:
            async with asyncio.timeout(self._attempt_s):
                if channel.is_closed:
                    await channel.ready()
                underlay = await channel.get_underlay_channel()
                await underlay.basic_publish(body, exchange=exchange, routing_key=key, properties=properties, mandatory=mandatory)
        except PublishError as error:
            raise Unroutable(f"No queue {key!r}. Is a worker with this operation running?") from error
        except asyncio.CancelledError as error:
            if was_cancelled():
                raise
            return error
        except Exception as error:  # a lost connection shows as many types, a bare Exception among them
            return error
        return None
