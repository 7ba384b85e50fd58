"""What every bus promises of events (packshot.bus.protocol)."""

from __future__ import annotations

import asyncio

from packshot.bus.protocol import Bus, Delivery
from packshot.bus.topology import DELIVERY_LIMIT
from tests.conformance.bus.ground import (
    Ground,
    Taking,
    letters_until,
    message,
    nothing_more,
    until,
)


async def test_every_subscriber_hears_an_event(bus: Bus) -> None:
    first, second = Taking(), Taking()
    await bus.subscribe(["step.finished"], first)
    await bus.subscribe(["#"], second)
    sent = message(type="step.finished")
    await bus.publish(sent)
    await first.until(1)
    await second.until(1)
    assert first.given[0].envelope == second.given[0].envelope == sent


async def test_a_subscriber_hears_only_its_types(ground: Ground, bus: Bus) -> None:
    taking = Taking()
    await bus.subscribe(["job.*", "step.failed"], taking)
    for each, kind in enumerate(["job.finished", "step.finished", "step.failed", "job.failed", "worker.announced"]):
        await bus.publish(message(each, kind))
    await taking.until(3)
    await nothing_more(ground, taking, 3)
    assert sorted(taking.numbers) == [0, 2, 3]


async def test_an_event_that_nobody_wants_is_fine(bus: Bus) -> None:
    await bus.publish(message(type="nobody.cares"))


async def test_a_durable_subscription_keeps_events_while_nobody_listens(ground: Ground, bus: Bus) -> None:
    name = ground.fresh_subscription()
    consumer = await bus.subscribe(["job.finished"], Taking(), name=name)
    await consumer.cancel()
    for each in range(5):
        await bus.publish(message(each, "job.finished"))
    late = Taking()
    await bus.subscribe(["job.finished"], late, name=name)
    await late.until(5)
    assert late.numbers == [0, 1, 2, 3, 4]


async def test_listeners_of_one_durable_subscription_share_its_events(ground: Ground, bus: Bus) -> None:
    name = ground.fresh_subscription()
    first, second = Taking(), Taking()
    await bus.subscribe(["job.finished"], first, name=name)
    await bus.subscribe(["job.finished"], second, name=name)
    for each in range(20):
        await bus.publish(message(each, "job.finished"))
    await until(lambda: len(first.given) + len(second.given) >= 20)
    await asyncio.sleep(ground.features.quiet_s)
    assert sorted(first.numbers + second.numbers) == list(range(20))


async def test_an_event_whose_handler_always_fails_is_parked_for_this_subscription_alone(ground: Ground, bus: Bus) -> None:
    async def fail(delivery: Delivery) -> None:
        raise ValueError("cannot read it")

    failing, fine = Taking(fail), Taking()
    consumer = await bus.subscribe(["job.failed"], failing)
    await bus.subscribe(["job.failed"], fine)
    sent = message(type="job.failed")
    await bus.publish(sent)
    await failing.until(DELIVERY_LIMIT)
    await nothing_more(ground, failing, DELIVERY_LIMIT)
    assert fine.given[0].envelope == sent
    assert len(fine.given) == 1
    assert await letters_until(bus, failing.given[0].queue, 1) == [sent.id]
    await consumer.cancel()
