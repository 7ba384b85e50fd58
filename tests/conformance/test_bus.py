"""What every bus promises (packshot.bus.protocol)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest

from packshot.bus.protocol import Bus, Delivery
from packshot.bus.topology import DELIVERY_LIMIT, urgent_twin
from packshot.contracts.envelope import Envelope
from packshot.errors import BusUnavailable, Unroutable
from packshot.observe import tracing
from tests.conformance.bus_ground import DELAYS, MEMORY, RABBIT, Ground, Holding, Taking, message, send_all, until


@pytest.fixture(scope="module", params=["memory", pytest.param("rabbit", marks=pytest.mark.real)])
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    if request.param == "memory":
        yield Ground(MEMORY)
        return
    ground = Ground(RABBIT, request.getfixturevalue("rabbit_url"))
    yield ground
    asyncio.run(ground.clear())


@pytest.fixture
async def bus(ground: Ground) -> AsyncIterator[Bus]:
    bus = ground.make_bus()
    await bus.open()
    yield bus
    await bus.close()


@pytest.fixture
async def queue(ground: Ground, bus: Bus) -> str:
    name = ground.fresh_queue()
    await bus.declare(name)
    return name


async def nothing_more(ground: Ground, taking: Taking, count: int) -> None:
    await asyncio.sleep(ground.features.quiet_s)
    assert len(taking.given) == count


async def park(bus: Bus, queue: str, envelope: Envelope, reason: str = "no use") -> None:
    """Send a message and park it."""
    taking = Taking(lambda delivery: delivery.park(reason))
    consumer = await bus.consume(queue, taking)
    await bus.send(queue, envelope)
    await taking.until(1)
    await consumer.cancel()
    await letters_until(bus, queue, 1)


async def letters_until(bus: Bus, queue: str, count: int) -> list[str]:
    """Wait until so many dead letters of this queue are there; their ids, oldest first."""
    async with asyncio.timeout(10):
        while True:
            ids = [letter.id for letter in await bus.dead_letters(1000) if letter.queue == queue]
            if len(ids) >= count:
                return ids
            await asyncio.sleep(0.02)


# Commands


async def test_a_command_is_delivered_once_when_it_is_acknowledged(ground: Ground, bus: Bus, queue: str) -> None:
    taking = Taking(lambda delivery: delivery.ack())
    await bus.consume(queue, taking, prefetch=4)
    for each in range(10):
        await bus.send(queue, message(each))
    await taking.until(10)
    await nothing_more(ground, taking, 10)
    assert sorted(taking.numbers) == list(range(10))
    assert {delivery.deliveries for delivery in taking.given} == {1}
    assert {delivery.queue for delivery in taking.given} == {queue}
    assert await bus.depth(queue) == 0


async def test_the_envelope_arrives_as_it_was_sent(bus: Bus, queue: str) -> None:
    sent = message(7, subject="photo 1", traceparent=tracing.new_traceparent())
    taking = Taking()
    await bus.consume(queue, taking)
    await bus.send(queue, sent)
    await taking.until(1)
    assert taking.given[0].envelope == sent


async def test_declaring_twice_is_fine(bus: Bus, queue: str) -> None:
    await bus.declare(queue)
    await bus.send(queue, message())
    await bus.declare(queue)
    assert await bus.depth(queue) == 1


async def test_a_handler_that_returns_has_acknowledged(ground: Ground, bus: Bus, queue: str) -> None:
    taking = Taking()
    await bus.consume(queue, taking)
    await bus.send(queue, message())
    await taking.until(1)
    await nothing_more(ground, taking, 1)


async def test_a_handler_that_raises_has_handed_back(ground: Ground, bus: Bus, queue: str) -> None:
    async def fail_once(delivery: Delivery) -> None:
        if delivery.deliveries == 1:
            raise RuntimeError("not yet")

    taking = Taking(fail_once)
    await bus.consume(queue, taking)
    await bus.send(queue, message())
    await taking.until(2)
    await nothing_more(ground, taking, 2)
    assert [delivery.deliveries for delivery in taking.given] == [1, 2]


async def test_a_requeued_command_goes_to_another_consumer(bus: Bus, queue: str) -> None:
    first, second = Holding(), Taking()
    consumer = await bus.consume(queue, first)
    await bus.send(queue, message())
    await first.until(1)
    await consumer.cancel()
    await bus.consume(queue, second)
    await first.given[0].requeue()
    await second.until(1)
    assert second.given[0].deliveries == 2


async def test_only_the_first_settlement_counts(ground: Ground, bus: Bus, queue: str) -> None:
    async def ack_then_fail(delivery: Delivery) -> None:
        await delivery.ack()
        await delivery.requeue()
        await delivery.park("too late")
        raise RuntimeError("too late")

    taking = Taking(ack_then_fail)
    await bus.consume(queue, taking)
    await bus.send(queue, message())
    await taking.until(1)
    await nothing_more(ground, taking, 1)
    assert not [letter for letter in await bus.dead_letters(1000) if letter.queue == queue]


async def test_after_the_delivery_limit_a_command_is_parked(ground: Ground, bus: Bus, queue: str) -> None:
    async def fail(delivery: Delivery) -> None:
        raise ValueError("always the same")

    taking = Taking(fail)
    await bus.consume(queue, taking)
    sent = message()
    await bus.send(queue, sent)
    await letters_until(bus, queue, 1)
    await nothing_more(ground, taking, DELIVERY_LIMIT)
    letter = next(letter for letter in await bus.dead_letters(1000) if letter.id == sent.id)
    assert "always the same" in letter.reason
    assert f"{DELIVERY_LIMIT} times" in letter.reason


async def test_no_more_are_in_hand_than_prefetch(ground: Ground, bus: Bus, queue: str) -> None:
    holding = Holding()
    await bus.consume(queue, holding, prefetch=3)
    await send_all(bus, queue, range(8), publishers=2)
    await holding.until(3)
    await nothing_more(ground, holding, 3)
    assert await bus.depth(queue) == 5
    holding.let_go.set()
    await holding.until(8)


async def test_two_consumers_share_a_queue(bus: Bus, queue: str) -> None:
    first, second = Holding(), Holding()
    await bus.consume(queue, first, prefetch=2)
    await bus.consume(queue, second, prefetch=2)
    await send_all(bus, queue, range(4), publishers=1)
    await first.until(2)
    await second.until(2)
    first.let_go.set()
    second.let_go.set()
    assert sorted(first.numbers + second.numbers) == [0, 1, 2, 3]


async def test_urgent_commands_have_a_queue_of_their_own(ground: Ground, bus: Bus, queue: str) -> None:
    calm, urgent = Taking(), Taking()
    await bus.send(queue, message(1), urgent=True)
    await bus.send(queue, message(2))
    assert await bus.depth(queue) == 2
    await bus.consume(queue, urgent, urgent=True)
    await urgent.until(1)
    await nothing_more(ground, urgent, 1)
    await bus.consume(queue, calm)
    await calm.until(1)
    assert (urgent.numbers, calm.numbers) == ([1], [2])
    assert urgent.given[0].queue == urgent_twin(queue)


@pytest.mark.parametrize("urgent", [False, True])
async def test_a_delayed_command_comes_back_to_its_queue_and_not_before_its_time(bus: Bus, queue: str, urgent: bool) -> None:
    taking = Taking()
    await bus.consume(queue, taking, urgent=urgent)
    started = time.monotonic()
    await bus.send(queue, message(), delay_s=DELAYS[0] - 0.1, urgent=urgent)
    await taking.until(1)
    assert DELAYS[0] - 0.01 <= time.monotonic() - started < DELAYS[0] + 1.5
    assert taking.given[0].deliveries == 1


async def test_a_longer_delay_does_not_hold_up_a_shorter_one(bus: Bus, queue: str) -> None:
    taking = Taking()
    await bus.consume(queue, taking)
    await bus.send(queue, message(2), delay_s=DELAYS[1])
    await bus.send(queue, message(1), delay_s=DELAYS[0])
    await taking.until(2)
    assert taking.numbers == [1, 2]


@pytest.mark.parametrize("delay_s", [0.0, 0.1])
async def test_a_command_for_an_unknown_queue_is_unroutable(bus: Bus, delay_s: float) -> None:
    with pytest.raises(Unroutable, match=r"op\.edit\.nobody\.v1"):
        await bus.send("op.edit.nobody.v1", message(), delay_s=delay_s)


async def test_an_unknown_queue_is_empty(bus: Bus) -> None:
    assert await bus.depth("op.edit.nobody.v1") == 0


async def test_two_thousand_commands_of_twenty_publishers_all_arrive(bus: Bus, queue: str) -> None:
    taking = Taking()
    await bus.consume(queue, taking, prefetch=64)
    await send_all(bus, queue, range(2000), publishers=20)
    await until(lambda: len(set(taking.numbers)) == 2000, 60)
    assert Counter(taking.numbers).most_common(1)[0][1] == 1


# Events


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


# Ending


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


# Dead letters


async def test_dead_letters_say_what_where_and_why(bus: Bus, queue: str) -> None:
    first, second = message(1), message(2)
    await park(bus, queue, first, "the photo is no photo")
    await park(bus, queue, second, "nor this one")
    letters = [letter for letter in await bus.dead_letters(1000) if letter.queue == queue]
    assert [letter.envelope for letter in letters] == [first, second]
    assert [letter.reason for letter in letters] == ["the photo is no photo", "nor this one"]
    assert all(letter.parked_at is not None for letter in letters)
    again = [letter for letter in await bus.dead_letters(1000) if letter.queue == queue]
    assert again == letters, "looking must not change them"
    assert await bus.depth(queue) == 0


async def test_no_more_dead_letters_are_listed_than_asked_for(bus: Bus, queue: str) -> None:
    await park(bus, queue, message(1))
    await park(bus, queue, message(2))
    assert len(await bus.dead_letters(1)) == 1


async def test_a_retried_dead_letter_is_delivered_as_new(bus: Bus, queue: str) -> None:
    sent = message(1)
    await park(bus, queue, sent)
    assert await bus.retry_dead(sent.id)
    assert not [letter for letter in await bus.dead_letters(1000) if letter.id == sent.id]
    taking = Taking()
    await bus.consume(queue, taking)
    await taking.until(1)
    assert taking.given[0].envelope == sent
    assert taking.given[0].deliveries == 1


async def test_a_dropped_dead_letter_is_gone_and_the_others_stay(bus: Bus, queue: str) -> None:
    first, second = message(1), message(2)
    await park(bus, queue, first)
    await park(bus, queue, second)
    assert await bus.drop_dead(first.id)
    assert await letters_until(bus, queue, 1) == [second.id]
    assert not await bus.drop_dead(first.id)


async def test_an_unknown_dead_letter_can_be_neither_retried_nor_dropped(bus: Bus) -> None:
    assert not await bus.retry_dead("unknown")
    assert not await bus.drop_dead("unknown")


async def test_a_dead_letter_of_a_subscription_returns_to_that_subscription_alone(ground: Ground, bus: Bus) -> None:
    name, other = ground.fresh_subscription(), ground.fresh_subscription()
    parking, hearing = Taking(lambda delivery: delivery.park("later")), Taking()
    consumer = await bus.subscribe(["job.finished"], parking, name=name)
    await bus.subscribe(["job.finished"], hearing, name=other)
    sent = message(type="job.finished")
    await bus.publish(sent)
    await parking.until(1)
    await consumer.cancel()
    await letters_until(bus, parking.given[0].queue, 1)
    assert await bus.retry_dead(sent.id)
    again = Taking()
    await bus.subscribe(["job.finished"], again, name=name)
    await again.until(1)
    assert again.given[0].envelope == sent
    await nothing_more(ground, hearing, 1)


# Traces


async def test_a_message_carries_the_trace_it_was_sent_in_and_its_handler_works_in_it(bus: Bus, queue: str) -> None:
    seen: list[str | None] = []

    async def look(delivery: Delivery) -> None:
        seen.append(tracing.current_traceparent())

    taking = Taking(look)
    await bus.consume(queue, taking)
    await bus.subscribe(["job.finished"], taking)
    traceparent = tracing.new_traceparent()
    with tracing.within(traceparent):
        await bus.send(queue, message())
        await bus.publish(message(type="job.finished"))
    await taking.until(2)
    assert seen == [traceparent, traceparent]
    assert {delivery.envelope.traceparent for delivery in taking.given} == {traceparent}


async def test_a_message_keeps_the_trace_it_has(bus: Bus, queue: str) -> None:
    taking = Taking()
    await bus.consume(queue, taking)
    own = tracing.new_traceparent()
    with tracing.within(tracing.new_traceparent()):
        await bus.send(queue, message(traceparent=own))
    await taking.until(1)
    assert taking.given[0].envelope.traceparent == own
