"""What every bus promises of what was parked (packshot.bus.protocol)."""

from __future__ import annotations

from packshot.bus.protocol import Bus
from tests.conformance.bus.ground import (
    Ground,
    Taking,
    letters_until,
    message,
    nothing_more,
    park,
)


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
