"""The bus over RabbitMQ 3.10 to 4.x (docs/decisions/0001-bus-topology.md)."""

from __future__ import annotations

from collections.abc import Sequence

from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelNotFoundEntity
from aiormq.exceptions import ChannelAccessRefused

from packshot.bus import rabbit_topology as declaring
from packshot.bus.inflight import InFlight, Work
from packshot.bus.protocol import DeadLetter, Handler
from packshot.bus.rabbit_consumer import RabbitConsumer
from packshot.bus.rabbit_dead import RabbitDeadLetters
from packshot.bus.rabbit_link import RabbitLink
from packshot.bus.rabbit_publisher import RabbitPublisher
from packshot.bus.rabbit_topology import Queue, RabbitTopology
from packshot.bus.stamp import stamped
from packshot.bus.topology import delay_exchange, pick_delay, urgent_twin
from packshot.contracts.envelope import Envelope
from packshot.errors import BadSettings, BusUnavailable, Unroutable
from packshot.observe import metrics
from packshot.settings import Settings

HEALTH_TIMEOUT_S = 2.0


class RabbitBus:
    """A `Bus` over two connections: a broker that holds back publishers must not hold back acknowledgements."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._delays = settings.retry_delays_s
        self._declare_s = settings.bus_connect_timeout_s
        self._names = RabbitTopology(settings.bus_prefix, settings.retry_delays_s)
        self._out = RabbitLink(settings.bus_url, f"packshot {name} publishes", settings.bus_connect_timeout_s)
        self._in = RabbitLink(settings.bus_url, f"packshot {name} consumes", settings.bus_connect_timeout_s)
        self._publisher = RabbitPublisher(self._out, settings.bus_publish_timeout_s, settings.bus_connect_timeout_s)
        self._dead = RabbitDeadLetters(self._out, self._publisher, self._names)
        self._desk = InFlight(self._park)
        self._known: set[str] = set()

    async def open(self) -> None:
        """Connect, and declare what stands."""
        try:
            await self._out.open()
            await self._in.open()
            await self._declare_standing()
            await self._publisher.open()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Disconnect; the broker hands out again what is unsettled."""
        await self._publisher.close()
        await self._in.close()
        await self._out.close()

    async def healthy(self) -> bool:
        """Whether the broker opens a channel within two seconds."""
        try:
            async with self._out.channel(HEALTH_TIMEOUT_S):
                return True
        except BusUnavailable:
            return False

    async def declare(self, queue: str) -> None:
        """Declare a work queue and its urgent twin. Raises Unroutable if they are not there and our user may not make them."""
        names = (queue, urgent_twin(queue))
        try:
            async with self._out.channel(self._declare_s) as channel:
                for name in names:
                    await declaring.declare_queue(channel, self._names.work(name))
                    self._known.add(name)
        except BadSettings as refused:
            # A service's own user may make only its own queues. Those of others will do once their workers have made them.
            if not isinstance(refused.__cause__, ChannelAccessRefused):
                raise
            for name in names:
                await self._check_exists(name)

    async def send(self, queue: str, envelope: Envelope, *, urgent: bool = False, delay_s: float = 0.0) -> None:
        """Publish a command, confirmed; through a delay queue if it shall wait."""
        target = urgent_twin(queue) if urgent else queue
        exchange = self._names.commands
        if delay_s > 0:
            await self._check_exists(target)
            exchange = self._names.name(delay_exchange(pick_delay(delay_s, self._delays)))
        await self._publisher.publish(exchange, self._names.name(target), stamped(envelope), mandatory=True)
        metrics.messages_sent.labels("command", envelope.type).inc()

    async def publish(self, envelope: Envelope) -> None:
        """Publish an event, confirmed."""
        await self._publisher.publish(self._names.events, envelope.type, stamped(envelope), mandatory=False)
        metrics.messages_sent.labels("event", envelope.type).inc()

    async def consume(self, queue: str, handler: Handler, *, prefetch: int = 1, urgent: bool = False) -> RabbitConsumer:
        """Do the commands of a work queue or its urgent twin."""
        await self.declare(queue)
        return await self._consume(self._names.work(urgent_twin(queue) if urgent else queue), handler, prefetch)

    async def subscribe(
        self, types: Sequence[str], handler: Handler, *, name: str | None = None, prefetch: int = 64
    ) -> RabbitConsumer:
        """Hear events, durably under a name or as long as this process is connected."""
        if name is None:
            return await self._consume(self._names.own_subscription(types), handler, prefetch, own=True)
        return await self._consume(self._names.subscription(name, types), handler, prefetch)

    async def depth(self, queue: str) -> int:
        """Messages that wait in a queue and its urgent twin."""
        return await self._waiting(queue) + await self._waiting(urgent_twin(queue))

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """What was parked, oldest first."""
        return await self._dead.list(limit)

    async def retry_dead(self, id: str) -> bool:
        """Send a parked message back to its queue as new."""
        return await self._dead.retry(id)

    async def drop_dead(self, id: str) -> bool:
        """Throw a parked message away."""
        return await self._dead.drop(id)

    async def _consume(self, queue: Queue, handler: Handler, prefetch: int, *, own: bool = False) -> RabbitConsumer:
        consumer = RabbitConsumer(queue, self._names.plain(queue.name), handler, self._desk, own=own)
        try:
            await consumer.start(self._in, prefetch)
        except CONNECTION_EXCEPTIONS as error:
            raise BusUnavailable(f"RabbitMQ at {self._in.where} does not let us consume {queue.name}: {error!r}") from error
        return consumer

    async def _park(self, work: Work, reason: str) -> None:
        await self._dead.park(work, reason)

    async def _declare_standing(self) -> None:
        try:
            await self._go_through_standing(passive=False)
        except BadSettings as refused:
            # A service's own user may not configure: then somebody with more rights must have.
            try:
                await self._go_through_standing(passive=True)
            except ChannelNotFoundEntity:
                raise refused from None

    async def _go_through_standing(self, *, passive: bool) -> None:
        async with self._out.channel(self._declare_s) as channel:
            for exchange in self._names.exchanges():
                await declaring.declare_exchange(channel, exchange, passive=passive)
            for queue in self._names.queues():
                await declaring.declare_queue(channel, queue, passive=passive)

    async def _waiting(self, queue: str) -> int:
        try:
            async with self._out.channel(self._declare_s) as channel:
                found = await channel.queue_declare(self._names.name(queue), passive=True)
        except ChannelNotFoundEntity:
            return 0
        return int(found.message_count or 0)

    async def _check_exists(self, queue: str) -> None:
        """Raises Unroutable for a queue that is not there. A delay queue would take a message for it nevertheless."""
        if queue in self._known:
            return
        try:
            async with self._out.channel(self._declare_s) as channel:
                await channel.queue_declare(self._names.name(queue), passive=True)
        except ChannelNotFoundEntity as error:
            raise Unroutable(f"No queue {queue!r}. Is a worker with this operation running?") from error
        self._known.add(queue)
