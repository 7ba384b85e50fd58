"""Names of exchanges and queues, and the arguments that are the same on RabbitMQ 3.10 and 4.x."""

from __future__ import annotations

from functools import cache

from packshot.contracts.operation import Stage

COMMANDS = "packshot.commands"
EVENTS = "packshot.events"
DEAD_EXCHANGE = "packshot.dead"
DEAD_QUEUE = "packshot.dead"
TRAINING_QUEUE = "training.run"
"""The work queue of all training services."""
DELIVERY_LIMIT = 5
"""Deliveries that nobody settled, after which a message is taken for poison and parked."""

COLLECT = "collect.run"
"""The work queue of the service `collect`."""

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "gateway": ("#",),
    "ingest": ("listing.received",),
    "collect": ("collect.cancelled",),
}
"""Standing durable subscriptions: declared by whoever opens the bus first, so that no event is lost before its reader starts."""


def operation_queue(stage: Stage | str, operation: str, major: int) -> str:
    """The work queue of one operation and major version."""
    return f"op.{Stage(stage).value}.{operation}.v{major}"


def urgent_twin(queue: str) -> str:
    """The queue beside `queue` for urgent work."""
    return f"{queue}.hi"


def delay_queue(seconds: float) -> str:
    """The queue in which messages wait `seconds` before they return to where they were sent."""
    return f"packshot.delay.{seconds:g}s"


def pick_delay(wanted: float, delays: tuple[float, ...]) -> float:
    """The shortest configured delay that is at least `wanted`, or else the longest."""
    return next((delay for delay in sorted(delays) if delay >= wanted), max(delays))


def delay_exchange(seconds: float) -> str:
    """The exchange that leads into `delay_queue`, whatever the routing key."""
    return delay_queue(seconds)


def subscription_queue(name: str) -> str:
    """The queue of a durable, shared subscription."""
    return f"packshot.events.{name}"


@cache
def matches(pattern: str, type: str) -> bool:
    """Whether an event type matches a binding: `*` stands for one word, `#` for any number of words (AMQP 0-9-1)."""
    return _matches(pattern.split("."), type.split("."))


def _matches(pattern: list[str], words: list[str]) -> bool:
    match pattern:
        case []:
            return not words
        case ["#", *rest]:
            return any(_matches(rest, words[taken:]) for taken in range(len(words) + 1))
        case [first, *rest]:
            return bool(words) and first in ("*", words[0]) and _matches(rest, words[1:])
    return False
