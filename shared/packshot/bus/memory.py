"""The bus of one process: the promises of RabbitMQ kept in memory. What must outlive the process is in the database."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from packshot.bus.inflight import InFlight, Work
from packshot.bus.protocol import DeadLetter, Handler
from packshot.bus.stamp import stamped
from packshot.bus.topology import SUBSCRIPTIONS, matches, pick_delay, subscription_queue, urgent_twin
from packshot.contracts.envelope import Envelope
from packshot.contracts.ids import new_id
from packshot.errors import BusUnavailable, Unroutable, nearest
from packshot.observe import metrics


@dataclass
class _Item:
    """A message in a queue."""

    envelope: Envelope
    deliveries: int = 0


@dataclass
class _Queue:
    name: str
    types: tuple[str, ...] = ()
    """The events that it takes."""
    waiting: deque[_Item] = field(default_factory=deque)
    consumers: deque[MemoryConsumer] = field(default_factory=deque)

    def put(self, item: _Item) -> None:
        self.waiting.append(item)
        self.serve()

    def serve(self) -> None:
        """Hand out what waits to whoever has room, in turn."""
        while self.waiting and (consumer := self._with_room()) is not None:
            consumer.give(self.waiting.popleft())

    def _with_room(self) -> MemoryConsumer | None:
        for _ in range(len(self.consumers)):
            self.consumers.rotate(-1)
            if self.consumers[-1].has_room:
                return self.consumers[-1]
        return None


@dataclass
class _Receipt:
    """One hand-out. It is void once the bus was closed: then the message is back in its queue."""

    consumer: MemoryConsumer
    item: _Item

    async def ack(self) -> None:
        if self.consumer.take_back(self):
            self.consumer.queue.serve()

    async def requeue(self) -> None:
        if self.consumer.take_back(self):
            self.consumer.queue.waiting.appendleft(self.item)
            self.consumer.queue.serve()


class MemoryConsumer:
    """A running consumption of one queue."""

    def __init__(self, queue: _Queue, handler: Handler, prefetch: int, desk: InFlight) -> None:
        self.queue = queue
        self._handler = handler
        self._prefetch = prefetch
        self._desk = desk
        self._out: dict[int, _Receipt] = {}

    @property
    def has_room(self) -> bool:
        """Whether it may take one more."""
        return len(self._out) < self._prefetch

    def give(self, item: _Item) -> None:
        """Hand a message out."""
        item.deliveries += 1
        receipt = _Receipt(self, item)
        self._out[id(receipt)] = receipt
        self._desk.take(self.queue.name, item.envelope, item.deliveries, receipt, self._handler)

    def take_back(self, receipt: _Receipt) -> bool:
        """Make room; False if the hand-out is void."""
        return self._out.pop(id(receipt), None) is not None

    async def cancel(self) -> None:
        """Take no more deliveries."""
        if self in self.queue.consumers:
            self.queue.consumers.remove(self)

    def lose(self) -> None:
        """The connection is gone: what is unsettled goes back to where it was."""
        self.queue.waiting.extendleft(receipt.item for receipt in reversed(self._out.values()))
        self._out.clear()


class OwnSubscription:
    """A consumption of a queue that ends with it."""

    def __init__(self, consumer: MemoryConsumer, queues: dict[str, _Queue]) -> None:
        self._consumer = consumer
        self._queues = queues

    async def cancel(self) -> None:
        """Take no more deliveries and forget the queue."""
        await self._consumer.cancel()
        self._queues.pop(self._consumer.queue.name, None)


class MemoryBus:
    """A `Bus` inside one process. All services of an embedded system share one object."""

    def __init__(self, retry_delays_s: tuple[float, ...]) -> None:
        self._delays = retry_delays_s
        self._open = False
        self._queues: dict[str, _Queue] = {}
        self._consumers: list[MemoryConsumer] = []
        self._dead: list[DeadLetter] = []
        self._desk = InFlight(self._park)

    async def open(self) -> None:
        """Make the standing subscriptions."""
        self._open = True
        for name, types in SUBSCRIPTIONS.items():
            self._make(subscription_queue(name), types)

    async def close(self) -> None:
        """Give back what is unsettled and end every consumption."""
        self._open = False
        for consumer in self._consumers:
            await consumer.cancel()
            consumer.lose()
        self._consumers.clear()

    async def healthy(self) -> bool:
        """Whether it is open."""
        return self._open

    async def declare(self, queue: str) -> None:
        """Make a work queue and its urgent twin."""
        self._check_open()
        self._make(queue)
        self._make(urgent_twin(queue))

    async def send(self, queue: str, envelope: Envelope, *, urgent: bool = False, delay_s: float = 0.0) -> None:
        """Put a command into a work queue, now or later."""
        self._check_open()
        target = self._queues.get(urgent_twin(queue) if urgent else queue)
        if target is None:
            raise Unroutable(f"No queue {queue!r}. {nearest(queue, list(self._queues))} Is a worker with this operation running?")
        item = _Item(stamped(envelope))
        if delay_s > 0:
            asyncio.get_running_loop().call_later(pick_delay(delay_s, self._delays), target.put, item)
        else:
            target.put(item)
        metrics.messages_sent.labels("command", envelope.type).inc()

    async def publish(self, envelope: Envelope) -> None:
        """Put an event into the queue of every subscription that wants its type."""
        self._check_open()
        envelope = stamped(envelope)
        for queue in list(self._queues.values()):
            if any(matches(pattern, envelope.type) for pattern in queue.types):
                queue.put(_Item(envelope))
        metrics.messages_sent.labels("event", envelope.type).inc()

    async def consume(self, queue: str, handler: Handler, *, prefetch: int = 1, urgent: bool = False) -> MemoryConsumer:
        """Do the commands of a work queue or its urgent twin."""
        await self.declare(queue)
        return self._consume(self._queues[urgent_twin(queue) if urgent else queue], handler, prefetch)

    async def subscribe(
        self, types: Sequence[str], handler: Handler, *, name: str | None = None, prefetch: int = 64
    ) -> MemoryConsumer | OwnSubscription:
        """Hear events, durably under a name or as long as this lasts."""
        self._check_open()
        if name is not None:
            return self._consume(self._make(subscription_queue(name), tuple(types)), handler, prefetch)
        own = self._make(subscription_queue(new_id()), tuple(types))
        return OwnSubscription(self._consume(own, handler, prefetch), self._queues)

    async def depth(self, queue: str) -> int:
        """Messages that wait in a queue and its urgent twin."""
        found = (self._queues.get(name) for name in (queue, urgent_twin(queue)))
        return sum(len(one.waiting) for one in found if one is not None)

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """What was parked, oldest first."""
        return self._dead[:limit]

    async def retry_dead(self, id: str) -> bool:
        """Send a parked message back to its queue as new."""
        self._check_open()
        letters = self._take_dead(id)
        for letter in letters:
            self._make(letter.queue).put(_Item(letter.envelope))
        return bool(letters)

    async def drop_dead(self, id: str) -> bool:
        """Throw a parked message away."""
        return bool(self._take_dead(id))

    def _take_dead(self, id: str) -> list[DeadLetter]:
        taken = [letter for letter in self._dead if letter.id == id]
        self._dead = [letter for letter in self._dead if letter.id != id]
        return taken

    def _make(self, name: str, types: tuple[str, ...] = ()) -> _Queue:
        queue = self._queues.setdefault(name, _Queue(name))
        queue.types = tuple(dict.fromkeys((*queue.types, *types)))
        return queue

    def _consume(self, queue: _Queue, handler: Handler, prefetch: int) -> MemoryConsumer:
        consumer = MemoryConsumer(queue, handler, prefetch, self._desk)
        self._consumers.append(consumer)
        queue.consumers.append(consumer)
        queue.serve()
        return consumer

    async def _park(self, work: Work, reason: str) -> None:
        envelope = work.envelope
        now = datetime.now(UTC)
        self._dead.append(DeadLetter(id=envelope.id, queue=work.queue, reason=reason, parked_at=now, envelope=envelope))

    def _check_open(self) -> None:
        if not self._open:
            raise BusUnavailable("The bus is closed.")
