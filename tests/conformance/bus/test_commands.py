"""What every bus promises of commands, and of the traces that messages carry (packshot.bus.protocol)."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from packshot.bus.protocol import Bus, Delivery
from packshot.bus.topology import DELIVERY_LIMIT, urgent_twin
from packshot.errors import Unroutable
from packshot.observe import tracing
from tests.conformance.bus.ground import (
    DELAYS,
    Ground,
    Holding,
    Taking,
    letters_until,
    message,
    nothing_more,
    send_all,
    until,
)


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


@pytest.mark.alone
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
