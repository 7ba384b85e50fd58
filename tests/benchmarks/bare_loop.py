"""The bare aio-pika loop: consume, two confirmed publishes, acknowledge. What any bus over RabbitMQ costs at least.

Run as `python -m tests.benchmarks.bare_loop AMQP_URL PREFIX`; it works until it is killed.
"""

from __future__ import annotations

import asyncio
import sys

import aio_pika
import uvloop
from aio_pika.abc import AbstractIncomingMessage

PREFETCH = 64


async def loop(url: str, prefix: str) -> None:
    """Move every message of `PREFIXin` to `PREFIXout`, and tell `PREFIXevents` of each."""
    consuming = await aio_pika.connect(url)
    publishing = await aio_pika.connect(url)
    channel = await publishing.channel(publisher_confirms=True, on_return_raises=True)
    incoming = await consuming.channel()
    await incoming.set_qos(prefetch_count=PREFETCH)
    quorum = {"x-queue-type": "quorum"}
    queue = await incoming.declare_queue(f"{prefix}in", durable=True, arguments=quorum)
    for name in ("out", "events"):
        await incoming.declare_queue(f"{prefix}{name}", durable=True, arguments=quorum)

    async def handle(message: AbstractIncomingMessage) -> None:
        copy = {"delivery_mode": aio_pika.DeliveryMode.PERSISTENT, "message_id": message.message_id, "headers": message.headers}
        await channel.default_exchange.publish(aio_pika.Message(message.body, **copy), f"{prefix}events", mandatory=True)
        await channel.default_exchange.publish(aio_pika.Message(message.body, **copy), f"{prefix}out", mandatory=True)
        await message.ack()

    await queue.consume(handle)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(loop(sys.argv[1], sys.argv[2]))
