"""The connection to RabbitMQ is cut, frozen, slow or not there."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest

from packshot.bus.protocol import Bus, Delivery
from packshot.errors import BadSettings, BusUnavailable
from tests.conformance.bus.ground import Ground, Holding, Taking, message, send_all, until
from tests.faults.proxy import ChaosProxy

pytestmark = pytest.mark.real


async def open_bus(ground: Ground, url: str, **settings: object) -> tuple[Bus, str]:
    bus = ground.make_bus(bus_url=url, **settings)
    await bus.open()
    queue = ground.fresh_queue()
    await bus.declare(queue)
    return bus, queue


async def test_connections_cut_in_mid_stream_lose_nothing(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    bus, queue = await open_bus(ground, proxy.url(rabbit_url))
    taking = Taking(lambda delivery: asyncio.sleep(0.002))
    await bus.consume(queue, taking, prefetch=16)

    async def cut() -> None:
        for share in (100, 200, 300):
            await until(lambda share=share: len(set(taking.numbers)) >= share, 60)
            await proxy.cut()

    await asyncio.gather(send_all(bus, queue, range(500), publishers=16), cut())
    await until(lambda: len(set(taking.numbers)) == 500, 60)
    assert proxy.cuts >= 3
    await until_empty(bus, queue)
    assert await bus.dead_letters() == []
    await bus.close()


async def until_empty(bus: Bus, queue: str) -> None:
    async with asyncio.timeout(60):
        while await bus.depth(queue):  # noqa: ASYNC110 - a broker's queue sets no event
            await asyncio.sleep(0.05)


async def test_a_redelivery_after_a_cut_joins_the_work_that_runs(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    bus, queue = await open_bus(ground, proxy.url(rabbit_url))
    holding = Holding()
    await bus.consume(queue, holding, prefetch=4)
    await send_all(bus, queue, range(4), publishers=1)
    await holding.until(4)
    await proxy.cut()
    await bus.send(queue, message(4))  # a fifth does not fit in: prefetch is full of the four, redelivered
    await asyncio.sleep(1.5)
    assert sorted(holding.numbers) == [0, 1, 2, 3], "a handler was started again, or was cancelled and made room"
    holding.let_go.set()
    await holding.until(5)
    await until_empty(bus, queue)
    assert sorted(holding.numbers) == [0, 1, 2, 3, 4]
    await bus.close()


async def test_a_handler_that_ends_while_the_connection_is_away_is_not_run_again(
    ground: Ground, proxy: ChaosProxy, rabbit_url: str
) -> None:
    bus, queue = await open_bus(ground, proxy.url(rabbit_url))
    holding = Holding()
    await bus.consume(queue, holding)
    await bus.send(queue, message(1))
    await holding.until(1)
    await proxy.refuse()
    holding.let_go.set()
    await asyncio.sleep(0.2)
    await proxy.listen()
    await bus.send(queue, message(2))
    await holding.until(2)
    await asyncio.sleep(0.5)
    assert holding.numbers == [1, 2]
    await bus.close()


async def test_subscriptions_come_back_and_miss_nothing(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    bus, _ = await open_bus(ground, proxy.url(rabbit_url))
    other, _ = await open_bus(ground, rabbit_url)
    own, durable = Taking(), Taking()
    await bus.subscribe(["job.*"], own)
    await bus.subscribe(["job.*"], durable, name=ground.fresh_subscription())
    await proxy.refuse()
    for each in range(5):
        await other.publish(message(each, "job.finished"))
    await proxy.listen()
    await own.until(5)
    await durable.until(5)
    assert sorted(set(own.numbers)) == sorted(set(durable.numbers)) == [0, 1, 2, 3, 4]
    await bus.close()
    await other.close()


@pytest.mark.alone
async def test_a_frozen_broker_does_not_hang_a_publish(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    bus, queue = await open_bus(ground, proxy.url(rabbit_url), bus_publish_timeout_s=0.3, bus_connect_timeout_s=1.0)
    proxy.freeze()
    started = time.monotonic()
    with pytest.raises(BusUnavailable, match="has not confirmed"):
        await bus.send(queue, message())
    assert 0.3 <= time.monotonic() - started < 2.0
    assert not await bus.healthy()
    proxy.thaw()
    await bus.send(queue, message(2))
    await bus.close()


async def test_a_publish_survives_a_short_freeze(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    bus, queue = await open_bus(ground, proxy.url(rabbit_url), bus_publish_timeout_s=0.3)
    taking = Taking()
    proxy.freeze()
    sending = asyncio.create_task(bus.send(queue, message(1)))
    await asyncio.sleep(1.0)
    assert not sending.done()
    proxy.thaw()
    await sending
    await bus.consume(queue, taking)
    await taking.until(1)
    assert set(taking.numbers) == {1}
    assert len({delivery.envelope.id for delivery in taking.given}) == 1, "a repeat has the same id"
    await bus.close()


async def test_a_publish_can_be_cancelled(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    bus, queue = await open_bus(ground, proxy.url(rabbit_url))
    proxy.freeze()
    sending = asyncio.create_task(bus.send(queue, message()))
    await asyncio.sleep(0.1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    proxy.thaw()
    await bus.close()


async def test_a_bus_closes_though_the_broker_is_frozen(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    bus, queue = await open_bus(ground, proxy.url(rabbit_url))
    await bus.consume(queue, Taking())
    proxy.freeze()
    async with asyncio.timeout(15):
        await bus.close()


@pytest.mark.alone
async def test_publishes_overlap_on_a_slow_line(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    bus, queue = await open_bus(ground, proxy.url(rabbit_url))
    proxy.latency_s = 0.1
    started = time.monotonic()
    await send_all(bus, queue, range(100), publishers=100)
    assert time.monotonic() - started < 6.0, "100 publishes of 0.2 s each, one after the other, take 20 s"
    await bus.close()


async def test_settling_on_a_lost_connection_does_not_raise(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    raised: list[BaseException] = []
    lost = asyncio.Event()

    async def settle_late(delivery: Delivery) -> None:
        await lost.wait()
        try:
            await (delivery.ack() if delivery.envelope.data["number"] else delivery.requeue())
        except BaseException as error:
            raised.append(error)
            raise

    bus, queue = await open_bus(ground, proxy.url(rabbit_url))
    taking = Taking(settle_late)
    await bus.consume(queue, taking, prefetch=2)
    await send_all(bus, queue, range(2), publishers=1)
    await taking.until(2)
    await proxy.refuse()
    lost.set()
    await asyncio.sleep(0.2)
    assert raised == []
    await proxy.listen()
    await taking.until(3)  # the requeued one comes again
    with suppress(BusUnavailable):
        await bus.close()


async def test_open_waits_for_a_broker_that_starts_late(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    url = proxy.url(rabbit_url)
    await proxy.refuse()
    bus = ground.make_bus(bus_url=url)
    opening = asyncio.create_task(bus.open())
    await asyncio.sleep(0.8)
    assert not opening.done()
    await proxy.listen()
    await opening
    assert await bus.healthy()
    await bus.close()


async def test_open_gives_up_and_says_what_to_look_at(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    url = proxy.url(rabbit_url)
    await proxy.refuse()
    bus = ground.make_bus(bus_url=url, bus_connect_timeout_s=1.0)
    started = time.monotonic()
    with pytest.raises(BusUnavailable, match=rf"127\.0\.0\.1:{proxy.port}.*PACKSHOT_BUS_URL"):
        await bus.open()
    assert time.monotonic() - started < 3.0


@pytest.mark.alone
async def test_open_gives_up_on_a_broker_that_is_silent(ground: Ground, proxy: ChaosProxy, rabbit_url: str) -> None:
    proxy.freeze()
    bus = ground.make_bus(bus_url=proxy.url(rabbit_url), bus_connect_timeout_s=1.0)
    with pytest.raises(BusUnavailable, match="PACKSHOT_BUS_URL"):
        await bus.open()


@pytest.mark.alone
async def test_a_wrong_password_is_said_at_once(ground: Ground, rabbit_url: str) -> None:
    user = "nobody:wrong"
    where = rabbit_url.rpartition("@")[2]
    bus = ground.make_bus(bus_url=f"amqp://{user}@{where}")
    started = time.monotonic()
    with pytest.raises(BadSettings, match="password") as refused:
        await bus.open()
    assert time.monotonic() - started < 5.0
    assert "wrong" not in str(refused.value)


async def test_a_wrong_vhost_is_said(ground: Ground, rabbit_url: str) -> None:
    bus = ground.make_bus(bus_url=rabbit_url.rstrip("/") + "/nowhere", bus_connect_timeout_s=0.5)
    with pytest.raises(BusUnavailable, match="vhost"):
        await bus.open()
