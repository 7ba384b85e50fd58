"""/v1/dead: messages that nobody could deal with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from packshot.bus.protocol import DeadLetter
from packshot.contracts.messages import StepRun
from packshot.contracts.state import JobState
from packshot_gateway import ending
from packshot_gateway.database import jobs
from packshot_gateway.http.context import Admin, Caller, Context, Gateway
from packshot_gateway.http.problems import NotFound

router = APIRouter(prefix="/v1/dead", tags=["dead letters"])

MOST = 10_000


@router.get("")
async def letters(gateway: Gateway, caller: Admin, limit: Annotated[int, Query(ge=1, le=MOST)] = 100) -> list[DeadLetter]:
    """Parked messages, the oldest first."""
    return (await _own(gateway, caller))[:limit]


@router.post("/{id}/retry", status_code=204)
async def retry(gateway: Gateway, caller: Admin, id: str) -> Response:
    """Send a parked message back to its queue; a job that had failed for its want goes on."""
    letter = await _find(gateway, caller, id)
    if letter.envelope.type == StepRun.type:
        await _reopen(gateway, str(letter.envelope.data.get("job")))
    if not await gateway.bus.retry_dead(id):
        raise NotFound(f"There is no dead letter {id} any more.")
    return Response(status_code=204)


@router.delete("/{id}", status_code=204)
async def drop(gateway: Gateway, caller: Admin, id: str) -> Response:
    """Throw a parked message away."""
    await _find(gateway, caller, id)
    if not await gateway.bus.drop_dead(id):
        raise NotFound(f"There is no dead letter {id} any more.")
    return Response(status_code=204)


async def _reopen(gateway: Context, id: str) -> None:
    async with gateway.database.writing(jobs=True) as session:
        job = (await jobs.by_id(session, [id])).get(id)
        if job is not None and job.state == JobState.FAILED.value:
            await ending.forgive(session, job, gateway.settings.overdue_s)
    gateway.changes.tell([id])


async def _own(gateway: Context, caller: Caller) -> list[DeadLetter]:
    found = await gateway.bus.dead_letters(MOST)
    return [letter for letter in found if letter.envelope.data.get("tenant", "local") == caller.tenant]


async def _find(gateway: Context, caller: Caller, id: str) -> DeadLetter:
    found = next((letter for letter in await _own(gateway, caller) if letter.id == id), None)
    if found is None:
        raise NotFound(f"There is no dead letter {id}.")
    return found
