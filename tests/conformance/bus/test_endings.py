"""What every bus promises when consumers and buses end, and begin again (packshot.bus.protocol)."""

from __future__ import annotations

import asyncio

import pytest

from packshot.bus.protocol import Bus
from packshot.errors import BusUnavailable
from tests.conformance.bus.ground import (
    Ground,
    Holding,
    Taking,
    message,
    nothing_more,
    send_all,
)


async def test_after_cancel_nothing_more_comes_and_what_is_in_hand_can_be_settled(ground: Ground, bus: Bus, queue: str) -> None:
    holding = Holding()
    consumer = await bus.consume(queue, holding, prefetch=2)
    await send_all(bus, queue, range(4), publishers=1)
    await holding.until(2)
    await consumer.cancel()
    holding.let_go.set()
    await nothing_more(ground, holding, 2)
    assert await bus.depth(queue) == 2
    rest = Taking()
    await bus.consume(queue, rest)
    await rest.until(2)
    assert sorted(holding.numbers + rest.numbers) == [0, 1, 2, 3]


async def test_close_gives_back_what_is_unsettled(ground: Ground, bus: Bus, queue: str) -> None:
    holding = Holding()
    await bus.consume(queue, holding, prefetch=2)
    await send_all(bus, queue, range(2), publishers=1)
    await holding.until(2)
    await bus.close()
    heir = ground.make_bus() if ground.features.clients else bus
    await heir.open()
    taking = Taking()
    if ground.features.clients:
        await heir.consume(queue, taking)
        await taking.until(2)
        assert sorted(taking.numbers) == [0, 1]
        assert {delivery.deliveries for delivery in taking.given} == {2}
    else:
        assert await heir.depth(queue) == 2
    await heir.close()


async def test_a_redelivery_joins_work_that_still_runs(ground: Ground, bus: Bus, queue: str) -> None:
    holding = Holding()
    await bus.consume(queue, holding)
    await bus.send(queue, message(1))
    await holding.until(1)
    await bus.close()
    await bus.open()
    again = Taking()
    await bus.consume(queue, again)
    await asyncio.sleep(ground.features.quiet_s)
    assert await bus.depth(queue) == 0
    holding.let_go.set()
    await bus.send(queue, message(2))
    await again.until(1)
    await nothing_more(ground, again, 1)
    assert (holding.numbers, again.numbers) == ([1], [2])


async def test_work_that_ended_while_the_broker_was_away_is_not_done_again(ground: Ground, bus: Bus, queue: str) -> None:
    holding = Holding()
    await bus.consume(queue, holding)
    await bus.send(queue, message(1))
    await holding.until(1)
    await bus.close()
    holding.let_go.set()
    await asyncio.sleep(0.05)
    await bus.open()
    again = Taking()
    await bus.consume(queue, again)
    await bus.send(queue, message(2))
    await again.until(1)
    await nothing_more(ground, again, 1)
    assert again.numbers == [2]


async def test_a_closed_bus_is_unavailable(bus: Bus, queue: str) -> None:
    assert await bus.healthy()
    await bus.close()
    assert not await bus.healthy()
    with pytest.raises(BusUnavailable):
        await bus.send(queue, message())
    with pytest.raises(BusUnavailable):
        await bus.publish(message(type="job.finished"))
