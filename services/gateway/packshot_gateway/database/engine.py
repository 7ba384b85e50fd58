"""Connections to SQLite or PostgreSQL, and what a transaction means here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from packshot.errors import BadSettings, DatabaseUnavailable

BUSY_TIMEOUT_S = 30
JOBS_LOCK = 0x7061636B
"""Key of the PostgreSQL advisory lock under which jobs and their events change."""


class Database:
    """A database. Its methods raise DatabaseUnavailable while it is away."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer; waiting here is fair and costs nothing, waiting inside SQLite polls.
        self._writer = asyncio.Lock() if self.is_sqlite else None
        self.migrated = True
        """Whether it has the newest schema; until then it counts as away."""

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A transaction that only reads."""
        self._check_migrated()
        with unavailable(self.engine.url):
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def writing(self, *, jobs: bool = False) -> AsyncIterator[AsyncSession]:
        """A transaction that writes; committed at the end, rolled back on an error.

        With `jobs`, it is the only one that changes jobs: what it reads of them stays true, and events of jobs become visible
        in the order of their sequence.
        """
        self._check_migrated()
        with unavailable(self.engine.url):
            async with self._writer or nullcontext(), self.engine.connect() as connection:
                await connection.execution_options(packshot_writes=True)
                async with AsyncSession(connection, expire_on_commit=False) as session, session.begin():
                    if jobs and not self.is_sqlite:
                        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": JOBS_LOCK})
                    yield session

    async def healthy(self) -> bool:
        """Whether the database answers within three seconds."""
        try:
            async with asyncio.timeout(3), self.reading() as session:
                await session.execute(text("SELECT 1"))
        except (DatabaseUnavailable, TimeoutError):
            return False
        return True

    def _check_migrated(self) -> None:
        if not self.migrated:
            raise DatabaseUnavailable("The database is away, or is being brought to the newest schema.")

    async def close(self) -> None:
        """Let go of all connections."""
        await self.engine.dispose()


def make_engine(url: str) -> AsyncEngine:
    """An engine for a `sqlite:///path` or `postgresql://…` URL. Raises BadSettings for any other."""
    parsed = _with_driver(url)
    if parsed.get_backend_name() == "postgresql":
        # Pinged before use, so that a restarted database costs nobody's request an error.
        return create_async_engine(
            parsed, pool_size=8, max_overflow=8, pool_timeout=10, pool_pre_ping=True, connect_args={"timeout": 10}
        )
    Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _with_driver(url: str) -> URL:
    parsed = make_url(url)
    name = parsed.get_backend_name()
    if name == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite+aiosqlite")
    if name in {"postgresql", "postgres"}:
        # libpq says `sslmode`, asyncpg says `ssl`; people write the former.
        query = {("ssl" if key == "sslmode" else key): value for key, value in parsed.query.items()}
        return parsed.set(drivername="postgresql+asyncpg", query=query)
    raise BadSettings("PACKSHOT_DATABASE_URL must be sqlite:///path/to/file or postgresql://user:password@host/name.")


def _set_up_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions begin below, not in the driver
    cursor = connection.cursor()
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A transaction that reads first and writes later fails at once if somebody wrote in between; so writers say so first.
    writes = connection.get_execution_options().get("packshot_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def unavailable(url: URL) -> Iterator[None]:
    """Say DatabaseUnavailable for whatever the driver says when the database at `url` is away."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
        raise _away(url, error) from error
    except DBAPIError as error:
        # 08: connection; 40: deadlock; 53: out of resources; 57P: shutting down or starting.
        state = getattr(error.orig, "sqlstate", None) or ""
        if not error.connection_invalidated and not state.startswith(("08", "40", "53", "57P")):
            raise
        raise _away(url, error) from error


def _away(url: URL, error: Exception) -> DatabaseUnavailable:
    where = f"{url.host}:{url.port or 5432}" if url.host else str(url.database)
    # SQLAlchemy's own words would show the statement, and the merchant's values in it.
    reason = str(getattr(error, "orig", None) or error).rstrip(".")
    return DatabaseUnavailable(
        f"The database at {where} cannot be used now ({reason}). Does it run, and is PACKSHOT_DATABASE_URL right?"
    )
