"""What the tests of every bus stand on: clean names on a broker, small messages, handlers that remember."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import aio_pika

from packshot.bus.memory import MemoryBus
from packshot.bus.protocol import Bus, Delivery
from packshot.bus.rabbit import RabbitBus
from packshot.bus.rabbit_topology import RabbitTopology
from packshot.bus.topology import subscription_queue, urgent_twin
from packshot.contracts.envelope import Envelope
from packshot.settings import Settings

DELAYS = (0.3, 3.0)


@dataclass(frozen=True)
class Features:
    """Where the buses differ."""

    clients: bool
    """Several buses can share one broker."""
    quiet_s: float
    """After so long without a delivery, none will come."""


MEMORY = Features(clients=False, quiet_s=0.05)
RABBIT = Features(clients=True, quiet_s=0.4)


@dataclass
class Ground:
    """One broker, or none, with names of its own."""

    features: Features
    url: str = ""
    prefix: str = field(default_factory=lambda: f"test-{secrets.token_hex(4)}.")
    queues: list[str] = field(default_factory=list)

    def make_bus(self, **settings: object) -> Bus:
        """A bus that is not open yet."""
        if not self.features.clients:
            return MemoryBus(DELAYS)
        given = {"bus_url": self.url, "bus_prefix": self.prefix, "retry_delays_s": DELAYS} | settings
        return RabbitBus(Settings.model_validate(given), "test")

    def fresh_queue(self) -> str:
        """The name of a work queue that nobody uses."""
        self.queues.append(f"op.edit.test-{secrets.token_hex(4)}.v1")
        return self.queues[-1]

    def fresh_subscription(self) -> str:
        """The name of a durable subscription that nobody uses."""
        name = f"test-{secrets.token_hex(4)}"
        self.queues.append(subscription_queue(name))
        return name

    async def clear(self) -> None:
        """Delete everything from the broker."""
        topology = RabbitTopology(self.prefix, {*DELAYS, *Settings().retry_delays_s})
        work = [topology.name(name) for queue in self.queues for name in (queue, urgent_twin(queue))]
        async with await aio_pika.connect(self.url) as connection:
            channel = await connection.channel()
            for name in (*work, *(queue.name for queue in topology.queues())):
                await channel.queue_delete(name)
            for exchange in topology.exchanges():
                await channel.exchange_delete(exchange.name)


def message(number: int = 0, type: str = "step.run", **more: str) -> Envelope:
    return Envelope(source="test", type=type, dataschema="test", data={"number": number}, **more)


def number(delivery: Delivery) -> int:
    value = delivery.envelope.data["number"]
    assert isinstance(value, int)
    return value


@dataclass
class Taking:
    """A handler that remembers what it was given, then does `then`."""

    then: Callable[[Delivery], Awaitable[None]] | None = None
    given: list[Delivery] = field(default_factory=list)

    async def __call__(self, delivery: Delivery) -> None:
        self.given.append(delivery)
        if self.then is not None:
            await self.then(delivery)

    @property
    def numbers(self) -> list[int]:
        return [number(delivery) for delivery in self.given]

    async def until(self, count: int, timeout_s: float = 60.0) -> None:
        """Wait for `count` deliveries."""
        await until(lambda: len(self.given) >= count, timeout_s)


@dataclass
class Holding(Taking):
    """A handler that holds what it was given until it is let go."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, delivery: Delivery) -> None:
        await super().__call__(delivery)
        await self.let_go.wait()


async def until(reached: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Wait for something to become true; TimeoutError if it does not."""
    async with asyncio.timeout(timeout_s):
        while not reached():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.005)


async def send_all(bus: Bus, queue: str, numbers: Iterable[int], publishers: int = 20) -> None:
    """Send numbered messages from so many tasks at once."""
    remaining = iter(numbers)

    async def publish() -> None:
        for each in remaining:
            await bus.send(queue, message(each))

    await asyncio.gather(*(publish() for _ in range(publishers)))


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
    async with asyncio.timeout(60):
        while True:
            ids = [letter.id for letter in await bus.dead_letters(1000) if letter.queue == queue]
            if len(ids) >= count:
                return ids
            await asyncio.sleep(0.02)
