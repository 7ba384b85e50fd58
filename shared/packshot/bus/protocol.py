"""The bus as services see it: work queues for commands, subscriptions for events, one policy of acknowledgement.

Commands go to one named work queue and are done by one consumer. Events go to everybody who subscribed to their type.
Delivery is at least once. memory.py and rabbit.py pass the same conformance suite (tests/conformance).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from packshot.contracts.envelope import Envelope
from packshot.contracts.model import Contract


class Delivery(Protocol):
    """One delivery of a message, to be settled once: ack, requeue or park."""

    envelope: Envelope
    queue: str
    deliveries: int
    """How often this message was handed out and not settled, this time included (1 the first time)."""

    async def ack(self) -> None:
        """It is done: its results are stored and what follows is confirmed."""

    async def requeue(self) -> None:
        """Hand it back for another consumer, at once. Counts towards the delivery limit."""

    async def park(self, reason: str) -> None:
        """Put it with the dead letters, with the reason."""


Handler = Callable[[Delivery], Awaitable[None]]
"""Settles its delivery. Returning unsettled acknowledges; raising hands back. After the delivery limit it is parked."""


class Consumer(Protocol):
    """A running consumption."""

    async def cancel(self) -> None:
        """Take no more deliveries. Those in hand stay in hand and can be settled."""


class DeadLetter(Contract):
    """A message that was parked."""

    id: str
    queue: str
    """Where it was when it was parked: where `retry` sends it back to."""
    reason: str
    parked_at: datetime | None = None
    envelope: Envelope


class Bus(Protocol):
    """A message broker, or its twin in memory. Methods raise BusUnavailable while the broker is away."""

    async def open(self) -> None:
        """Connect and declare the standing topology (topology.py). Waits for the broker up to the connect timeout."""

    async def close(self) -> None:
        """Disconnect. What is unsettled is delivered again, to somebody."""

    async def healthy(self) -> bool:
        """Whether the broker answers now."""

    async def declare(self, queue: str) -> None:
        """Make sure that a work queue, with its urgent twin, exists. Idempotent."""

    async def send(self, queue: str, envelope: Envelope, *, urgent: bool = False, delay_s: float = 0.0) -> None:
        """Put a command into a work queue; return when the broker has confirmed it.

        `delay_s` is rounded up to the next of the configured delays. Raises Unroutable if there is no such queue. Where the
        outcome is unknown it is sent again with the same id, so a consumer may see it twice.
        """

    async def publish(self, envelope: Envelope) -> None:
        """Tell everybody who subscribed to `envelope.type`; return when the broker has confirmed it. Fine if nobody has."""

    async def consume(self, queue: str, handler: Handler, *, prefetch: int = 1, urgent: bool = False) -> Consumer:
        """Do the commands of a work queue (or of its urgent twin), at most `prefetch` at a time."""

    async def subscribe(self, types: Sequence[str], handler: Handler, *, name: str | None = None, prefetch: int = 64) -> Consumer:
        """Hear events of these types (`#` for all).

        With `name`, the subscription is durable and shared: it keeps events while nobody listens, and each event goes to one
        of its listeners. Without, it is this process's own and lives as long as it.
        """

    async def depth(self, queue: str) -> int:
        """Messages waiting in a work queue and its urgent twin; 0 if there is none."""

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """What was parked, oldest first."""

    async def retry_dead(self, id: str) -> bool:
        """Send a parked message back to its queue as new; False if there is none with this id."""

    async def drop_dead(self, id: str) -> bool:
        """Throw a parked message away; False if there is none with this id."""
