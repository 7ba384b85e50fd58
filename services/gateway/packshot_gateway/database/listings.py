"""Queries about listings and their photos. Whoever asks for a merchant gives the tenant."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from packshot_gateway.database.tables import Listing, Photo


async def find(session: AsyncSession, tenant: str, id: str) -> Listing | None:
    """A listing of this tenant."""
    return await session.scalar(select(Listing).where(Listing.id == id, Listing.tenant == tenant))


async def recent(session: AsyncSession, tenant: str, limit: int) -> Sequence[Listing]:
    """This tenant's listings, newest first."""
    query = select(Listing).where(Listing.tenant == tenant).order_by(Listing.created_at.desc(), Listing.id.desc())
    return (await session.scalars(query.limit(limit))).all()


async def by_id(session: AsyncSession, ids: Sequence[str]) -> dict[str, Listing]:
    """These listings, whoever owns them: for the projection."""
    return {row.id: row for row in await session.scalars(select(Listing).where(Listing.id.in_(ids)))}


async def photos_by_id(session: AsyncSession, ids: Sequence[str]) -> dict[str, Photo]:
    """These photos, whoever owns them: for the projection."""
    return {row.id: row for row in await session.scalars(select(Photo).where(Photo.id.in_(ids)))}


async def photos_of(session: AsyncSession, listings: Sequence[str]) -> Sequence[Photo]:
    """The photos of these listings, in their order."""
    query = select(Photo).where(Photo.listing.in_(listings)).order_by(Photo.listing, Photo.position, Photo.id)
    return (await session.scalars(query)).all()
