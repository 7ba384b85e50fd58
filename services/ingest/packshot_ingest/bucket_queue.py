"""The queue of bucket notifications on RabbitMQ.

This is foreign traffic: the store's server publishes it, in its own form and to its own exchange, so it does not go through
packshot's Bus.
"""

from __future__ import annotations

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue, AbstractRobustConnection
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity

from packshot.bus.rabbit_link import RabbitLink
from packshot.bus.topology import DELIVERY_LIMIT
from packshot.errors import BusUnavailable
from packshot.in_hand import InHand
from packshot.patience import Stopped
from packshot_ingest.bucket import Bucket
from packshot_ingest.notifications import BadNotification, Upload, read_uploads
from packshot_ingest.settings import IngestSettings
from packshot_ingest.uploads import Uploads

QUEUE = "packshot.ingest.bucket"
PARKED = "packshot.ingest.bucket.parked"
"""Exchange and queue of notifications that cannot be read."""

log = structlog.get_logger(__name__)


class BucketQueue:
    """Hears bucket notifications. Each is acknowledged when all that its uploads lead to is confirmed."""

    def __init__(self, settings: IngestSettings, bucket: Bucket, uploads: Uploads) -> None:
        self._settings = settings
        self._bucket = bucket
        self._uploads = uploads
        self._in_hand = InHand()
        self._link = RabbitLink(settings.bus_url, "ingest bucket notifications", settings.bus_connect_timeout_s)
        self._queue: AbstractQueue | None = None
        self._consumer = ""

    async def open(self) -> None:
        """Bind the queue to the exchange, making what is missing, and take notifications. Raises BusUnavailable."""
        settings = self._settings
        try:
            await self._link.open()
            await self._declare_exchange(self._link.connection)
            channel = await self._link.connection.channel()
            await channel.set_qos(prefetch_count=settings.photos_at_once)
            self._queue = await self._declare_queue(channel)
            self._consumer = await self._queue.consume(self._heard)
        except (OSError, AMQPError) as error:
            await self._link.close()
            raise BusUnavailable(f"Bucket notifications cannot be heard: {error}.") from error

    async def close(self, timeout_s: float) -> None:
        """Take no more, finish what is in hand (what lasts longer than `timeout_s` is delivered again), and disconnect."""
        if self._queue is not None:
            await self._queue.cancel(self._consumer)
        await self._in_hand.emptied(timeout_s)
        await self._link.close()

    async def _declare_exchange(self, connection: AbstractRobustConnection) -> None:
        """Make the exchange if the store's server has not: one that is there is taken as it is, whatever its type."""
        name = self._settings.notify_exchange
        look = await connection.channel()
        try:
            await look.get_exchange(name)
        except ChannelNotFoundEntity:
            async with connection.channel() as channel:
                await channel.declare_exchange(name, self._settings.notify_exchange_type, durable=True)
        finally:
            await look.close()

    async def _declare_queue(self, channel: AbstractChannel) -> AbstractQueue:
        prefix = self._settings.bus_prefix
        parking = await channel.declare_exchange(prefix + PARKED, "fanout", durable=True)
        parked = await channel.declare_queue(prefix + PARKED, durable=True, arguments={"x-queue-type": "quorum"})
        await parked.bind(parking)
        queue = await channel.declare_queue(
            prefix + QUEUE,
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": prefix + PARKED,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )
        await queue.bind(self._settings.notify_exchange, self._settings.notify_routing_key)
        return queue

    async def _heard(self, message: AbstractIncomingMessage) -> None:
        with self._in_hand:
            try:
                uploads = read_uploads(message.body)
            except BadNotification as error:
                log.error("a message that is no bucket notification was parked", queue=PARKED, reason=str(error))
                await message.reject(requeue=False)
                return
            await self._settle(message, uploads)

    async def _settle(self, message: AbstractIncomingMessage, uploads: list[Upload]) -> None:
        try:
            for upload in uploads:
                await self._take(upload)
        except* Stopped:
            await message.nack(requeue=True)
        except* Exception:
            log.exception("a bucket notification was handed back")
            await message.nack(requeue=True)
        else:
            await message.ack()

    async def _take(self, upload: Upload) -> None:
        if self._bucket.takes(upload):
            await self._uploads.take(upload)
        else:
            log.info("an upload to another bucket was left alone", bucket=upload.bucket, key=upload.key)
