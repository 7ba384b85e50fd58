"""Ratings: made of data sets, given to people pair by pair, and what these say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item
from packshot.contracts.ids import new_id
from packshot.contracts.rating import NewRating, PairView, RatedSystem, RatingView, Side, Verdict
from packshot_gateway.database import rating
from packshot_gateway.database.tables import Rating, RatingPair, RatingWord
from packshot_gateway.http.problems import NotFound
from packshot_gateway.rating.pairing import Pair


async def start(
    session: AsyncSession,
    tenant: str,
    new: NewRating,
    *,
    systems: Sequence[RatedSystem],
    pairs: Sequence[Pair],
    references: Mapping[str, Item],
) -> Rating:
    """Write a rating down with its pairs; `references` are pictures by product."""
    row = Rating(
        id=new_id(),
        tenant=tenant,
        question=new.question,
        systems=[system.model_dump(mode="json") for system in systems],
        pairs=len(pairs),
        created_at=datetime.now(UTC),
    )
    session.add(row)
    await session.flush()
    session.add_all(_pair(row, position, pair, references) for position, pair in enumerate(pairs))
    return row


async def find(session: AsyncSession, tenant: str, id: str) -> Rating:
    """The rating. Raises NotFound."""
    found = await rating.find(session, tenant, id)
    if found is None:
        raise NotFound(f"There is no rating {id}.")
    return found


async def find_pair(session: AsyncSession, row: Rating, position: int) -> RatingPair:
    """One of its pairs. Raises NotFound."""
    found = await rating.pair(session, row.id, position)
    if found is None:
        raise NotFound(f"The rating has {row.pairs} pairs, and none at {position}.")
    return found


async def view(session: AsyncSession, row: Rating, person: str) -> RatingView:
    """The rating as `person` sees it."""
    choices, people = await rating.counts(session, row.id)
    return RatingView(
        id=row.id,
        question=row.question,
        systems=tuple(RatedSystem.model_validate(each) for each in row.systems),
        pairs=row.pairs,
        created_at=row.created_at,
        choices=choices,
        people=people,
        person=person,
        mine=len(await rating.judged_by(session, row.id, person)),
    )


async def next_pair(session: AsyncSession, row: Rating, person: str) -> PairView | None:
    """The first pair in this person's own order that this person has not judged."""
    judged = await rating.judged_by(session, row.id, person)
    left = (position for position in range(row.pairs) if position not in judged)
    position = min(left, key=lambda each: _chance(row.id, person, f"order {each}"), default=None)
    if position is None:
        return None
    return PairView(position=position, reference=(await find_pair(session, row, position)).reference is not None)


async def say(session: AsyncSession, row: Rating, position: int, person: str, verdict: Verdict) -> None:
    """Write down what a person says of a pair. Raises NotFound."""
    await find_pair(session, row, position)
    said = await rating.word(session, row.id, position, person)
    if said is None:
        said = RatingWord(rating=row.id, position=position, person=person, one_left=one_is_left(row.id, position, person))
        session.add(said)
    said.verdict, said.said_at = verdict.value, datetime.now(UTC)


async def take_back(session: AsyncSession, row: Rating, person: str) -> None:
    """Forget what a person has said last; without any, nothing happens."""
    last = await rating.last_word(session, row.id, person)
    if last is not None:
        await session.delete(last)


def one_is_left(id: str, position: int, person: str) -> bool:
    """Whether this person sees the picture of system `one` on the left: as good as thrown, and always the same."""
    return _chance(id, person, f"side {position}") % 2 == 0


def picture_at(pair: RatingPair, side: Side, person: str) -> ArtifactRef | None:
    """What this person sees there; None where there is no reference."""
    if side is Side.REFERENCE:
        return ArtifactRef.model_validate(pair.reference) if pair.reference is not None else None
    first = one_is_left(pair.rating, pair.position, person) == (side is Side.LEFT)
    return ArtifactRef.model_validate(pair.one_picture if first else pair.other_picture)


def _chance(id: str, person: str, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{id} {person} {what}".encode()).digest()[:8])


def _pair(row: Rating, position: int, pair: Pair, references: Mapping[str, Item]) -> RatingPair:
    shown = references.get(pair.one_item.product)
    return RatingPair(
        rating=row.id,
        position=position,
        one=pair.one,
        other=pair.other,
        one_picture=pair.one_item.picture.model_dump(mode="json"),
        other_picture=pair.other_item.picture.model_dump(mode="json"),
        reference=shown.picture.model_dump(mode="json") if shown else None,
    )
