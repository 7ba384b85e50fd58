"""Bringing a database to the newest schema. Several gateways may start at once: one migrates, the others wait."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from packshot_gateway.database.engine import make_engine, unavailable

MIGRATION_LOCK = 0x6D696772


def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest schema. Not to be called inside a running event loop.

    Raises DatabaseUnavailable while it is away.
    """
    asyncio.run(_with_connection(url, command.upgrade, "head"))


def check(url: str) -> None:
    """Raise alembic's error if the tables of the code and of the migrated database differ."""
    asyncio.run(_with_connection(url, command.check))


def write_migration(url: str, message: str) -> None:
    """Write a new revision with what differs between the database at `url` and the tables of the code."""
    asyncio.run(_with_connection(url, command.revision, message, True))


async def _with_connection(url: str, do: Any, *args: Any) -> None:
    engine = make_engine(url)
    try:
        with unavailable(engine.url):
            async with engine.connect() as connection:
                # On SQLite, BEGIN IMMEDIATE is the lock; PostgreSQL has advisory ones.
                await connection.execution_options(packshot_writes=True)
                async with connection.begin():
                    if engine.dialect.name == "postgresql":
                        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                    await connection.run_sync(_run, do, args)
    finally:
        await engine.dispose()


def _run(connection: Connection, do: Any, args: tuple[Any, ...]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    do(config, *args)
