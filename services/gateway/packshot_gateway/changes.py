"""Telling those who watch jobs that something has happened to them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import func, select

from packshot.errors import TransientError
from packshot_gateway.database import Database
from packshot_gateway.database.tables import JobEvent

log = structlog.get_logger(__name__)

POLL_S = 1.0


class Watch:
    """One who watches."""

    def __init__(self, jobs: Iterable[str]) -> None:
        self.jobs = frozenset(jobs)
        self._news = asyncio.Event()

    def tell(self) -> None:
        """There is news."""
        self._news.set()

    def clear(self) -> None:
        """What is read from here on is new."""
        self._news.clear()

    async def wait(self, timeout_s: float) -> None:
        """Until there is news, or `timeout_s` have passed."""
        try:
            await asyncio.wait_for(self._news.wait(), timeout_s)
        except TimeoutError:
            return


class Changes:
    """Who watches which jobs in this gateway."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()

    @contextmanager
    def watching(self, jobs: Iterable[str]) -> Iterator[Watch]:
        """Be told of these jobs while the context lasts."""
        watch = Watch(jobs)
        self._watches.add(watch)
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    def tell(self, jobs: Iterable[str]) -> None:
        """Something has happened to these jobs."""
        told = frozenset(jobs)
        for watch in self._watches:
            if watch.jobs & told:
                watch.tell()

    def tell_all(self) -> None:
        """Let everybody look: the gateway stops."""
        for watch in self._watches:
            watch.tell()

    async def run(self, database: Database) -> None:
        """Hear, until cancelled, of what other gateways wrote: one look a second for all who watch."""
        last: int | None = None
        while True:
            try:
                last = await self._look(database, last) if self._watches else None
            except TransientError as error:
                log.warning("events of other gateways wait", reason=str(error))
            await asyncio.sleep(POLL_S)

    async def _look(self, database: Database, last: int | None) -> int:
        async with database.reading() as session:
            newest = await session.scalar(select(func.max(JobEvent.sequence))) or 0
            if last is not None and newest > last:
                rows = select(JobEvent.job).where(JobEvent.sequence > last).distinct()
                self.tell((await session.scalars(rows)).all())
        if last is None:
            self.tell_all()
        return newest
