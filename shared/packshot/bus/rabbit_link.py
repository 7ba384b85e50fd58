"""Connections to RabbitMQ that come back by themselves, and its errors in our words."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import structlog
from aio_pika import RobustConnection
from aio_pika.exceptions import (
    CONNECTION_EXCEPTIONS,
    AuthenticationError,
    ChannelPreconditionFailed,
    ProbableAuthenticationError,
)
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused, ChannelNotFoundEntity, ConnectionNotAllowed
from yarl import URL

from packshot.errors import BadSettings, BusUnavailable

log = structlog.get_logger(__name__)

HEARTBEAT_S = 15
CONNECT_ATTEMPT_S = 5.0
CLOSE_S = 5.0
RECONNECT_S = 0.5


def pauses(first: float = 0.05, longest: float = 2.0) -> Iterator[float]:
    """Seconds between attempts, doubling and jittered so that not everybody comes back at once."""
    pause = first
    while True:
        yield pause * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret
        pause = min(2 * pause, longest)


def was_cancelled() -> bool:
    """Whether the running task was really cancelled. aio-pika ends what waits on a lost connection with CancelledError too."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class RabbitLink:
    """One connection, reopened by itself with its channels and consumers whenever it was lost."""

    def __init__(self, url: str, name: str, timeout_s: float) -> None:
        address = URL(url)
        if "heartbeat" not in address.query:
            address = address.update_query(heartbeat=HEARTBEAT_S)
        self._url = address.update_query(reconnect_interval=RECONNECT_S)
        self._name = name
        self._timeout_s = timeout_s
        self._connection: RobustConnection | None = None
        self._lost = False

    async def open(self) -> None:
        """Connect. Raises BusUnavailable past the timeout, BadSettings if the broker refuses us."""
        clock = asyncio.get_running_loop().time
        give_up = clock() + self._timeout_s
        for pause in pauses(0.2):
            try:
                self._connection = await self._connect(min(CONNECT_ATTEMPT_S, max(0.1, give_up - clock())))
                return
            except (AuthenticationError, ProbableAuthenticationError, ConnectionNotAllowed) as error:
                raise BadSettings(
                    f"RabbitMQ at {self.where} refuses us: {error}. Check user, password and vhost in PACKSHOT_BUS_URL."
                ) from error
            except CONNECTION_EXCEPTIONS as error:
                if clock() + pause > give_up:
                    raise BusUnavailable(
                        f"No RabbitMQ answers at {self.where} within {self._timeout_s:g} s ({error!r}). "
                        "Is it running, and are host, port and vhost in PACKSHOT_BUS_URL right?"
                    ) from error
                left = round(give_up - clock())
                log.warning("waiting for what is away", what="broker", reason=f"{self.where}: {error}", for_s=left)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Disconnect."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(TimeoutError):  # a broker that is silent is told nothing
                async with asyncio.timeout(CLOSE_S):
                    await connection.close()

    @property
    def where(self) -> str:
        """Host and port, for messages to people."""
        return f"{self._url.host}:{self._url.port or 5672}"

    @property
    def connection(self) -> RobustConnection:
        """The connection, lost for the moment or not. Raises BusUnavailable if it is closed for good."""
        if self._connection is None:
            raise BusUnavailable("The bus is closed.")
        return self._connection

    @asynccontextmanager
    async def channel(self, timeout_s: float) -> AsyncIterator[AbstractChannel]:
        """A channel for a few requests, closed afterwards; what it got and did not acknowledge goes back to its queue.

        Raises BusUnavailable if the broker is away or silent for `timeout_s`.
        """
        try:
            async with asyncio.timeout(timeout_s):
                connection = self.connection
                await connection.ready()
                if connection.transport is None:
                    raise ConnectionError("connection lost")
                channel = await connection.transport.connection.channel()
                try:
                    yield channel
                finally:
                    await channel.close()
        except ChannelNotFoundEntity:
            raise  # an answer, for whoever asked
        except ChannelPreconditionFailed as error:
            raise BadSettings(
                f"RabbitMQ holds something of this name that was declared differently: {error}. Delete it there, or set "
                "PACKSHOT_BUS_PREFIX to a prefix of your own."
            ) from error
        except ChannelAccessRefused as error:
            raise BadSettings(f"The RabbitMQ user lacks a right: {error}") from error
        except asyncio.CancelledError as error:
            if was_cancelled():
                raise
            raise BusUnavailable(f"The connection to RabbitMQ at {self.where} was lost.") from error
        except CONNECTION_EXCEPTIONS as error:
            raise BusUnavailable(f"RabbitMQ at {self.where} does not answer: {error!r}") from error

    async def _connect(self, timeout_s: float) -> RobustConnection:
        connection = RobustConnection(self._url, client_properties={"connection_name": self._name})
        try:
            async with asyncio.timeout(timeout_s):
                await connection.connect()
        except BaseException:
            await connection.close()
            raise
        connection.close_callbacks.add(self._on_lost)
        connection.reconnect_callbacks.add(self._on_back)
        return connection

    def _on_lost(self, _: object, reason: BaseException | None) -> None:
        if self._connection is not None and not self._lost:
            self._lost = True
            log.warning("connection to RabbitMQ lost", connection=self._name, where=self.where, reason=repr(reason))

    def _on_back(self, _: object) -> None:
        self._lost = False
        log.warning("connection to RabbitMQ is back", connection=self._name, where=self.where)
