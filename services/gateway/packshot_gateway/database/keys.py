"""API keys: made once, shown once, kept as a SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.ids import new_id
from packshot_gateway.database.engine import Database
from packshot_gateway.database.tables import ApiKey


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


async def create_key(database: Database, tenant: str, name: str, scopes: Iterable[Scope] = (Scope.READ, Scope.WRITE)) -> str:
    """A new key for a tenant. This is the only time that it can be seen."""
    key = f"pk_{secrets.token_urlsafe(32)}"
    async with database.writing() as session:
        session.add(
            ApiKey(
                id=new_id(),
                tenant=tenant,
                name=name,
                digest=_digest(key),
                scopes=sorted(Scope(scope).value for scope in scopes),
                created_at=datetime.now(UTC),
            )
        )
    return key


async def revoke_key(database: Database, tenant: str, name: str) -> bool:
    """Make a tenant's keys of this name useless; False if there is none."""
    query = update(ApiKey).where(ApiKey.tenant == tenant, ApiKey.name == name, ApiKey.revoked_at.is_(None))
    async with database.writing() as session:
        result = await session.execute(query.values(revoked_at=datetime.now(UTC)).returning(ApiKey.id))
        return bool(result.all())


async def find(session: AsyncSession, key: str) -> ApiKey | None:
    """The key, unless it is unknown or was revoked."""
    return await session.scalar(select(ApiKey).where(ApiKey.digest == _digest(key), ApiKey.revoked_at.is_(None)))


def _digest(key: str) -> str:
    # The key has 256 random bits, so a plain digest cannot be guessed back.
    return hashlib.sha256(key.encode()).hexdigest()
