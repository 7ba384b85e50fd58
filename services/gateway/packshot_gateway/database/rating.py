"""Queries about ratings. Whoever asks gives the tenant."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from packshot_gateway.database.tables import Rating, RatingPair, RatingWord


async def find(session: AsyncSession, tenant: str, id: str) -> Rating | None:
    """A rating of this tenant."""
    return await session.scalar(select(Rating).where(Rating.id == id, Rating.tenant == tenant))


async def recent(session: AsyncSession, tenant: str, limit: int) -> Sequence[Rating]:
    """This tenant's ratings, newest first."""
    query = select(Rating).where(Rating.tenant == tenant)
    return (await session.scalars(query.order_by(Rating.created_at.desc(), Rating.id.desc()).limit(limit))).all()


async def counts(session: AsyncSession, rating: str) -> tuple[int, int]:
    """How many words there are, and of how many people."""
    query = select(func.count(), func.count(func.distinct(RatingWord.person))).where(RatingWord.rating == rating)
    words, people = (await session.execute(query)).one()
    return int(words), int(people)


async def judged_by(session: AsyncSession, rating: str, person: str) -> set[int]:
    """The pairs that a person has judged."""
    query = select(RatingWord.position).where(RatingWord.rating == rating, RatingWord.person == person)
    return set((await session.scalars(query)).all())


async def pair(session: AsyncSession, rating: str, position: int) -> RatingPair | None:
    """One pair of a rating."""
    return await session.get(RatingPair, (rating, position))


async def word(session: AsyncSession, rating: str, position: int, person: str) -> RatingWord | None:
    """What a person has said of a pair."""
    return await session.get(RatingWord, (rating, position, person))


async def last_word(session: AsyncSession, rating: str, person: str) -> RatingWord | None:
    """What a person has said last."""
    query = select(RatingWord).where(RatingWord.rating == rating, RatingWord.person == person)
    return await session.scalar(query.order_by(RatingWord.said_at.desc(), RatingWord.position.desc()).limit(1))


async def words(session: AsyncSession, rating: str) -> Sequence[tuple[RatingWord, RatingPair]]:
    """All that was said, with the pairs that it was said of."""
    same = (RatingPair.rating == RatingWord.rating) & (RatingPair.position == RatingWord.position)
    query = select(RatingWord, RatingPair).join(RatingPair, same).where(RatingWord.rating == rating)
    found = await session.execute(query.order_by(RatingWord.position, RatingWord.person))
    return [(word, pair) for word, pair in found.all()]
