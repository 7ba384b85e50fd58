"""RabbitMQ itself dies, kills messages, refuses rights, or holds what is none of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import aio_pika
import pytest

from packshot.bus.protocol import Bus, DeadLetter
from packshot.bus.rabbit_topology import RabbitTopology
from packshot.bus.topology import DELIVERY_LIMIT, urgent_twin
from packshot.errors import BadSettings, Unroutable
from tests.conformance.bus.ground import DELAYS, RABBIT, Ground, Taking, message, send_all, until
from tests.real.rabbit import PrivateRabbit

pytestmark = pytest.mark.real


@pytest.fixture
async def topology(ground: Ground) -> RabbitTopology:
    return RabbitTopology(ground.prefix, DELAYS)


@pytest.fixture
async def stranger(rabbit_url: str) -> AsyncIterator[aio_pika.abc.AbstractConnection]:
    """A client that is none of ours."""
    async with await aio_pika.connect(rabbit_url) as connection:
        yield connection


async def letters_of(bus: Bus) -> list[DeadLetter]:
    """The dead letters, once there is one."""
    async with asyncio.timeout(60):
        while not (letters := await bus.dead_letters()):  # noqa: ASYNC110 - a broker's queue sets no event
            await asyncio.sleep(0.05)
    return letters


@pytest.mark.timeout(600)
async def test_a_broker_that_is_killed_and_started_again_loses_nothing(own_rabbit: PrivateRabbit) -> None:
    ground = Ground(RABBIT, own_rabbit.url)
    bus = ground.make_bus(bus_publish_timeout_s=5.0, bus_connect_timeout_s=180.0)
    await bus.open()
    queue = ground.fresh_queue()
    await bus.declare(queue)
    await asyncio.sleep(3)  # a quorum queue's name reaches the disk some time after it was declared
    taking = Taking(lambda delivery: asyncio.sleep(0.005))
    await bus.consume(queue, taking, prefetch=16)

    async def kill() -> None:
        await until(lambda: len(set(taking.numbers)) >= 100)
        await asyncio.to_thread(own_rabbit.kill)
        await asyncio.to_thread(own_rabbit.start)

    await asyncio.gather(send_all(bus, queue, range(300), publishers=16), kill())
    await until(lambda: len(set(taking.numbers)) == 300, 60)
    await bus.close()


async def test_a_message_that_kills_its_worker_each_time_is_parked_by_the_broker(
    ground: Ground, topology: RabbitTopology, stranger: aio_pika.abc.AbstractConnection
) -> None:
    bus = ground.make_bus()
    await bus.open()
    queue = ground.fresh_queue()
    await bus.declare(queue)
    sent = message()
    await bus.send(queue, sent, urgent=True)
    for _ in range(DELIVERY_LIMIT):
        channel = await stranger.channel()  # a worker that dies with the message in hand
        assert await (await channel.get_queue(topology.name(urgent_twin(queue)))).get(timeout=5) is not None
        await channel.close()
        await asyncio.sleep(0.05)
    letters = await letters_of(bus)
    assert [(letter.id, letter.queue, letter.envelope) for letter in letters] == [(sent.id, urgent_twin(queue), sent)]
    assert "kill" in letters[0].reason
    assert letters[0].parked_at is not None
    assert await bus.retry_dead(sent.id)
    taking = Taking()
    await bus.consume(queue, taking, urgent=True)
    await taking.until(1)
    assert taking.given[0].deliveries == 1
    await bus.close()


async def test_what_is_no_message_of_ours_is_parked_and_shown(
    ground: Ground, topology: RabbitTopology, stranger: aio_pika.abc.AbstractConnection
) -> None:
    bus = ground.make_bus()
    await bus.open()
    queue = ground.fresh_queue()
    taking = Taking()
    await bus.consume(queue, taking)
    channel = await stranger.channel()
    strange = aio_pika.Message(b"hello?", message_id="strange")
    await channel.default_exchange.publish(strange, topology.name(queue))
    letters = await letters_of(bus)
    assert [(letter.id, letter.queue, letter.envelope.data) for letter in letters] == [("strange", queue, {"text": "hello?"})]
    assert taking.given == []
    assert await bus.drop_dead("strange")
    await bus.close()


async def test_a_queue_that_was_declared_otherwise_is_named(
    ground: Ground, topology: RabbitTopology, stranger: aio_pika.abc.AbstractConnection
) -> None:
    bus = ground.make_bus()
    await bus.open()
    queue = ground.fresh_queue()
    await (await stranger.channel()).declare_queue(topology.name(queue), durable=True)
    with pytest.raises(BadSettings, match=queue):
        await bus.declare(queue)
    await bus.close()


async def sent_once_declared(bus: Bus, queue: str) -> None:
    async with asyncio.timeout(60):
        while True:
            with suppress(Unroutable):
                await bus.send(queue, message(1))
                return
            await asyncio.sleep(0.05)


async def test_consumers_come_back_when_their_queue_was_deleted(
    ground: Ground, topology: RabbitTopology, stranger: aio_pika.abc.AbstractConnection
) -> None:
    bus = ground.make_bus()
    await bus.open()
    queue = ground.fresh_queue()
    taking = Taking()
    await bus.consume(queue, taking)
    await (await stranger.channel()).queue_delete(topology.name(queue))
    await sent_once_declared(bus, queue)
    await taking.until(1)
    await bus.close()


async def test_a_worker_needs_only_the_right_to_declare_its_own_queues(own_rabbit: PrivateRabbit) -> None:
    owner = Ground(RABBIT, own_rabbit.url)
    bus = owner.make_bus(bus_prefix="")
    own_rabbit.add_user("edit", "pw", configure=r"^op\.edit\.", write=".*", read=".*")
    url = f"amqp://edit:pw@127.0.0.1:{own_rabbit.port}/"
    worker = owner.make_bus(bus_prefix="", bus_url=url)
    with pytest.raises(BadSettings, match="right"):
        await worker.open()
    await bus.open()  # somebody with more rights lays the ground
    await worker.open()
    taking = Taking()
    await worker.consume("op.edit.mine.v1", taking)
    await bus.send("op.edit.mine.v1", message(), delay_s=0.1)
    await taking.until(1)
    with pytest.raises(Unroutable):
        await worker.declare("op.generate.other.v1")
    await bus.declare("op.generate.other.v1")
    await worker.declare("op.generate.other.v1")
    await worker.send("op.generate.other.v1", message())
    await worker.close()
    await bus.close()
