"""/v1/jobs: one recipe over one photo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.http import JobView
from packshot.contracts.state import JobState
from packshot_gateway import ending, views
from packshot_gateway.database import jobs, listings, tables
from packshot_gateway.http.context import Caller, Gateway, Reader, Writer
from packshot_gateway.http.following import follow
from packshot_gateway.http.problems import NotFound

router = APIRouter(prefix="/v1", tags=["jobs"])

LastEventId = Annotated[int, Header(alias="Last-Event-ID", ge=0, description="Resume after this event")]


@router.get("/jobs")
async def recent(
    gateway: Gateway,
    caller: Reader,
    state: Annotated[list[JobState] | None, Query(description="Only jobs in these states")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[JobView]:
    """The newest jobs first."""
    async with gateway.database.reading() as session:
        return await views.job_views(session, await jobs.recent(session, caller.tenant, state or (), limit))


@router.get("/jobs/{id}")
async def show(gateway: Gateway, caller: Reader, id: str) -> JobView:
    """A job with its outputs."""
    async with gateway.database.reading() as session:
        return await _view(session, await _find(session, caller, id))


@router.post("/jobs/{id}/cancel")
async def cancel(gateway: Gateway, caller: Writer, id: str) -> JobView:
    """Stop a job before its next step. A job that has ended stays as it is."""
    async with gateway.database.writing(jobs=True) as session:
        job = await _find(session, caller, id)
        await ending.cancel(session, job)
        view = await _view(session, job)
    _tell(gateway, id)
    return view


@router.post("/jobs/{id}/retry")
async def retry(gateway: Gateway, caller: Writer, id: str) -> JobView:
    """Do again what failed. What was done stays done."""
    async with gateway.database.writing(jobs=True) as session:
        job = await _find(session, caller, id)
        await ending.reopen(session, job, gateway.settings.overdue_s)
        view = await _view(session, job)
    _tell(gateway, id)
    return view


async def _job_ids(gateway: Gateway, caller: Reader, id: str) -> list[str]:
    async with gateway.database.reading() as session:
        return [(await _find(session, caller, id)).id]


async def _listing_job_ids(gateway: Gateway, caller: Reader, id: str) -> list[str]:
    async with gateway.database.reading() as session:
        if await listings.find(session, caller.tenant, id) is None:
            raise NotFound(f"There is no listing {id}.")
        return [job.id for job in await jobs.of_listings(session, [id])]


@router.get("/jobs/{id}/events", response_class=EventSourceResponse)
async def job_events(
    gateway: Gateway, followed: Annotated[list[str], Depends(_job_ids)], last_event_id: LastEventId = 0
) -> AsyncIterator[ServerSentEvent]:
    """What happens to a job, as server-sent events: each is a JobEvent. The stream ends when the job has ended."""
    async for event in follow(gateway, followed, last_event_id):
        yield event


@router.get("/listings/{id}/events", response_class=EventSourceResponse, tags=["listings"])
async def listing_events(
    gateway: Gateway, followed: Annotated[list[str], Depends(_listing_job_ids)], last_event_id: LastEventId = 0
) -> AsyncIterator[ServerSentEvent]:
    """What happens to the jobs of a listing. The stream ends when all of them have ended."""
    async for event in follow(gateway, followed, last_event_id):
        yield event


def _tell(gateway: Gateway, id: str) -> None:
    gateway.relay.wake()
    gateway.changes.tell([id])


async def _find(session: AsyncSession, caller: Caller, id: str) -> tables.Job:
    job = await jobs.find(session, caller.tenant, id)
    if job is None:
        raise NotFound(f"There is no job {id}.")
    return job


async def _view(session: AsyncSession, job: tables.Job) -> JobView:
    (view,) = await views.job_views(session, [job])
    return view
