"""/v1/ratings: people choose between two pictures without knowing whose they are, and systems are ranked by it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse

from packshot.contracts.annotation import Person
from packshot.contracts.rating import Judged, NewRating, NextPair, Ranking, RatedSystem, RatingView, Side, Undoing
from packshot_gateway.annotating.showing import SHOWN_BY_BROWSERS, shown_picture
from packshot_gateway.database import rating
from packshot_gateway.http.artifacts import send
from packshot_gateway.http.context import Gateway, Reader, Writer
from packshot_gateway.http.data_sets import open_data_set
from packshot_gateway.http.problems import NotFound
from packshot_gateway.rating import ratings
from packshot_gateway.rating.pairing import pairs_of
from packshot_gateway.rating.ranking import ranking_of

router = APIRouter(prefix="/v1/ratings", tags=["ratings"])

Position = Annotated[int, PathParameter(ge=0, description="The pair's place in the rating, from 0")]
Who = Annotated[Person, Query()]


@router.post("", status_code=201)
async def start(gateway: Gateway, caller: Writer, new: NewRating) -> RatingView:
    """Start a rating of systems, each with a data set of its pictures."""
    opened = [await open_data_set(gateway, caller, system.dataset) for system in new.systems]
    shown = await open_data_set(gateway, caller, new.reference) if new.reference else None
    items = [each.manifest.items for each in opened]
    pairs = await asyncio.to_thread(pairs_of, items, new.match, new.pairs, new.seed)
    systems = [
        RatedSystem(name=system.name, dataset=each.version.name, digest=each.version.digest)
        for system, each in zip(new.systems, opened, strict=True)
    ]
    references = {item.product: item for item in shown.manifest.items} if shown else {}
    async with gateway.database.writing() as session:
        row = await ratings.start(session, caller.tenant, new, systems=systems, pairs=pairs, references=references)
        return await ratings.view(session, row, caller.name)


@router.get("")
async def recent(
    gateway: Gateway, caller: Reader, person: Who = "me", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[RatingView]:
    """The newest ratings first, with how far they are and how many pairs `person` has judged."""
    async with gateway.database.reading() as session:
        found = await rating.recent(session, caller.tenant, limit)
        return [await ratings.view(session, row, caller.person(person)) for row in found]


@router.get("/{id}")
async def show(gateway: Gateway, caller: Reader, id: str, person: Who = "me") -> RatingView:
    """A rating and how far it is."""
    async with gateway.database.reading() as session:
        return await ratings.view(session, await ratings.find(session, caller.tenant, id), caller.person(person))


@router.get("/{id}/next")
async def show_next(gateway: Gateway, caller: Reader, id: str, person: Who = "me") -> NextPair:
    """The pair that a person is to judge next. People judge all pairs, each in an order of their own."""
    person = caller.person(person)
    async with gateway.database.reading() as session:
        row = await ratings.find(session, caller.tenant, id)
        return NextPair(pair=await ratings.next_pair(session, row, person), rating=await ratings.view(session, row, person))


@router.put("/{id}/pairs/{position}")
async def judge(gateway: Gateway, caller: Writer, id: str, position: Position, judged: Judged) -> NextPair:
    """Say which picture of a pair is better, or that neither is; the next pair comes back."""
    person = caller.person(judged.person)
    async with gateway.database.writing() as session:
        row = await ratings.find(session, caller.tenant, id)
        await ratings.say(session, row, position, person, judged.verdict)
        await session.flush()
        return NextPair(pair=await ratings.next_pair(session, row, person), rating=await ratings.view(session, row, person))


@router.post("/{id}/undo")
async def undo(gateway: Gateway, caller: Writer, id: str, undoing: Undoing) -> NextPair:
    """Take back what a person has said last; that pair comes next again."""
    person = caller.person(undoing.person)
    async with gateway.database.writing() as session:
        row = await ratings.find(session, caller.tenant, id)
        await ratings.take_back(session, row, person)
        await session.flush()
        return NextPair(pair=await ratings.next_pair(session, row, person), rating=await ratings.view(session, row, person))


@router.get("/{id}/pairs/{position}/{side}", response_class=StreamingResponse)
async def show_picture(
    request: Request, *, gateway: Gateway, caller: Reader, id: str, position: Position, side: Side, person: Who = "me"
) -> Response:
    """A picture of a pair, on the side where this person sees it. What browsers cannot show comes as JPEG."""
    async with gateway.database.reading() as session:
        row = await ratings.find(session, caller.tenant, id)
        ref = ratings.picture_at(await ratings.find_pair(session, row, position), side, caller.person(person))
    if ref is None:
        raise NotFound("This pair has no picture of what both were made of.")
    if ref.media_type in SHOWN_BY_BROWSERS:
        return await send(request, gateway.store, ref, None)
    shown = await asyncio.to_thread(shown_picture, await gateway.store.get(ref))
    return Response(shown, media_type="image/jpeg", headers={"cache-control": "private, max-age=31536000, immutable"})


@router.get("/{id}/ranking")
async def show_ranking(gateway: Gateway, caller: Reader, id: str) -> Ranking:
    """Which systems people prefer: Bradley-Terry strengths with intervals, the best first."""
    async with gateway.database.reading() as session:
        row = await ratings.find(session, caller.tenant, id)
        words = await rating.words(session, id)
    return await asyncio.to_thread(ranking_of, row, words)
