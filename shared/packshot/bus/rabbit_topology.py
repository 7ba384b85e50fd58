"""Exchanges and queues as RabbitMQ takes them, declared idempotently."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiormq.abc import AbstractChannel

from packshot.bus import topology
from packshot.contracts.ids import new_id

EXPIRES_MS = 60_000
"""How long a process's own subscription keeps its events while the process is disconnected."""
UNLIMITED = 1_000_000
"""Reading the dead letters hands them out each time; RabbitMQ 4 would drop them after 20, and 3.10 takes -1 for 0."""


@dataclass(frozen=True)
class Exchange:
    """An exchange to declare."""

    name: str
    type: str


@dataclass(frozen=True)
class Queue:
    """A durable queue to declare, with its bindings: pairs of exchange and routing key."""

    name: str
    arguments: dict[str, Any]
    bindings: tuple[tuple[str, str], ...] = field(default=())


class RabbitTopology:
    """The names behind `prefix`, and what is declared under them."""

    def __init__(self, prefix: str, delays: Collection[float]) -> None:
        self._prefix = prefix
        self._delays = delays
        self.commands = self.name(topology.COMMANDS)
        self.events = self.name(topology.EVENTS)
        self.dead_exchange = self.name(topology.DEAD_EXCHANGE)
        self.dead_queue = self.name(topology.DEAD_QUEUE)

    def name(self, plain: str) -> str:
        """A name as the broker knows it."""
        return self._prefix + plain

    def plain(self, name: str) -> str:
        """A broker's name as we know it."""
        return name.removeprefix(self._prefix)

    def exchanges(self) -> Iterator[Exchange]:
        """The standing exchanges."""
        yield Exchange(self.commands, "direct")
        yield Exchange(self.events, "topic")
        yield Exchange(self.dead_exchange, "fanout")
        for delay in self._delays:
            yield Exchange(self.name(topology.delay_exchange(delay)), "fanout")

    def queues(self) -> Iterator[Queue]:
        """The standing queues."""
        dead = {"x-queue-type": "quorum", "x-delivery-limit": UNLIMITED}
        yield Queue(self.dead_queue, dead, ((self.dead_exchange, ""),))
        for delay in self._delays:
            yield self._delay(delay)
        for name, types in topology.SUBSCRIPTIONS.items():
            yield self.subscription(name, types)

    def work(self, queue: str) -> Queue:
        """A work queue. The broker's limit counts hand-outs that came back, so it is one less than ours."""
        name = self.name(queue)
        arguments = {"x-delivery-limit": topology.DELIVERY_LIMIT - 1} | _dead_letters_to(self.dead_exchange)
        return Queue(name, arguments, ((self.commands, name),))

    def subscription(self, name: str, types: Sequence[str]) -> Queue:
        """The queue of a durable subscription: a work queue that events flow into as well."""
        queue = self.work(topology.subscription_queue(name))
        return Queue(queue.name, queue.arguments, (*queue.bindings, *((self.events, key) for key in types)))

    def own_subscription(self, types: Sequence[str]) -> Queue:
        """A queue for one process. Classic, because it is short-lived and need not survive the loss of a node."""
        name = self.name(topology.subscription_queue(new_id()))
        bindings = ((self.commands, name), *((self.events, key) for key in types))
        return Queue(name, {"x-queue-type": "classic", "x-expires": EXPIRES_MS}, bindings)

    def _delay(self, seconds: float) -> Queue:
        # No dead-letter routing key: what was sent with a work queue's name as its key leaves with it.
        name = self.name(topology.delay_queue(seconds))
        arguments = {"x-message-ttl": round(seconds * 1000)} | _dead_letters_to(self.commands)
        return Queue(name, arguments, ((self.name(topology.delay_exchange(seconds)), ""),))


def _dead_letters_to(exchange: str) -> dict[str, Any]:
    """A quorum queue that keeps a message until `exchange` has confirmed that it took it over."""
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def declare_exchange(channel: AbstractChannel, exchange: Exchange, *, passive: bool = False) -> None:
    """Make sure that an exchange is there; `passive`: only look."""
    await channel.exchange_declare(exchange.name, exchange_type=exchange.type, durable=True, passive=passive)


async def declare_queue(channel: AbstractChannel, queue: Queue, *, passive: bool = False) -> None:
    """Make sure that a queue is there and bound; `passive`: only look."""
    await channel.queue_declare(queue.name, durable=True, passive=passive, arguments=queue.arguments)
    if not passive:
        for exchange, key in queue.bindings:
            await channel.queue_bind(queue.name, exchange, key)
