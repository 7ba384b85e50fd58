"""/v1/collections: the runs that make versions of data sets, and how far they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from packshot.contracts.collecting import CollectOrder, Counts, Phase
from packshot.contracts.datasets import CollectionView
from packshot.contracts.messages import Failure
from packshot.contracts.state import JobState
from packshot.errors import TransientError
from packshot_gateway import collecting
from packshot_gateway.database import collections
from packshot_gateway.database.tables import Collection
from packshot_gateway.http.context import Context, Gateway, Reader, Writer
from packshot_gateway.http.problems import NotFound

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/v1/collections", tags=["data sets"])

LOOK_AGAIN_S = 1.0
"""What another gateway has projected is seen at the next look."""


@router.get("")
async def recent(
    gateway: Gateway,
    caller: Reader,
    name: Annotated[str, Query(description="Only those for this data set")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[CollectionView]:
    """The newest collections first."""
    async with gateway.database.reading() as session:
        return [view_of(row) for row in await collections.recent(session, caller.tenant, limit, name=name)]


async def _found(gateway: Gateway, caller: Reader, id: str) -> Collection:
    async with gateway.database.reading() as session:
        row = await collections.find(session, caller.tenant, id)
    if row is None:
        raise NotFound(f"There is no collection {id}.")
    return row


Found = Annotated[Collection, Depends(_found)]


@router.get("/{id}")
async def show(found: Found) -> CollectionView:
    """A collection as it is now."""
    return view_of(found)


@router.post("/{id}/cancel")
async def cancel(gateway: Gateway, caller: Writer, found: Found) -> CollectionView:
    """Stop a collection: it makes no version. One that has ended stays as it is."""
    async with gateway.database.writing(jobs=True) as session:
        row = await collections.find(session, caller.tenant, found.id)
        assert row is not None
        await collecting.cancel(session, row)
        view = view_of(row)
    gateway.relay.wake()
    gateway.changes.tell([found.id])
    return view


@router.get("/{id}/events", response_class=EventSourceResponse)
async def events(
    gateway: Gateway,
    found: Found,
    last_event_id: Annotated[int, Header(alias="Last-Event-ID", ge=0, description="Resume after this event")] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """A collection whenever it has changed, as server-sent events `collection`. The stream ends when the collection has."""
    async for event in _follow(gateway, found.id, last_event_id):
        yield event


async def _follow(gateway: Context, id: str, last: int) -> AsyncIterator[ServerSentEvent]:
    with gateway.changes.watching([id]) as watch:
        while not gateway.stopping.is_set():
            watch.clear()
            try:
                async with gateway.database.reading() as session:
                    row = await session.get(Collection, id)
            except TransientError as error:
                log.warning("followers wait", reason=str(error))
                row = None
            if row is not None and row.revision + 1 > last:
                # A row is new at revision 0, and "after 0" is what nobody has seen anything of.
                last = row.revision + 1
                yield ServerSentEvent(data=view_of(row), event="collection", id=str(last))
            if row is not None and JobState(row.state).ended:
                return
            await watch.wait(LOOK_AGAIN_S)


def view_of(row: Collection) -> CollectionView:
    """A collection as the API shows it."""
    return CollectionView(
        id=row.id,
        name=row.name,
        state=JobState(row.state),
        phase=Phase(row.phase),
        counts=Counts.model_validate(row.counts),
        note=row.note,
        order=CollectOrder.model_validate(row.order),
        digest=row.digest,
        failure=None if row.failure is None else Failure.model_validate(row.failure),
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
