"""/v1/trainers and /v1/trainings. A new model changes what everybody gets, so the scope is `admin`."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.plugin import PluginCondition
from packshot.contracts.state import JobState
from packshot.contracts.training_http import TrainerView, TrainingRequest, TrainingView
from packshot_gateway import training
from packshot_gateway.database import tables, trainings
from packshot_gateway.http.artifacts import Digest, send
from packshot_gateway.http.context import Admin, Caller, Context, Gateway
from packshot_gateway.http.following import LOOK_AGAIN_S, PAGE
from packshot_gateway.http.jobs import LastEventId
from packshot_gateway.http.problems import NotFound
from packshot_gateway.training_views import event_view, training_view

router = APIRouter(prefix="/v1", tags=["trainings"])

PATIENCE_S = 15.0
"""How long an order waits for a training service that has just started to say what it can."""
LISTING_PATIENCE_S = 2.0
"""How long a list of trainers does: nothing is lost by an empty one where no training service runs."""


@router.get("/trainers")
async def trainers(gateway: Gateway, caller: Admin) -> list[TrainerView]:
    """What can be trained now, with the JSON Schema of its parameters."""
    return await _known(gateway, LISTING_PATIENCE_S)


@router.post("/trainings", status_code=202)
async def order(gateway: Gateway, caller: Admin, request: TrainingRequest) -> TrainingView:
    """Order a training."""
    known = await _known(gateway, PATIENCE_S)
    spec = training.find_trainer(request.trainer, known, "" if known else await _why_none(gateway))
    ordered = await training.order_of(gateway.store, request, spec, caller.tenant)
    async with gateway.database.writing(jobs=True) as session:
        row = await training.start(session, ordered, gateway.settings.overdue_s, registers=request.register_as is not None)
        view = training_view(row)
    gateway.relay.wake()
    return view


@router.get("/trainings")
async def recent(gateway: Gateway, caller: Admin, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[TrainingView]:
    """The newest trainings first."""
    async with gateway.database.reading() as session:
        return [training_view(row) for row in await trainings.recent(session, caller.tenant, limit)]


@router.get("/trainings/{id}")
async def show(gateway: Gateway, caller: Admin, id: str) -> TrainingView:
    """A training, how far it is, and what it has made."""
    async with gateway.database.reading() as session:
        return training_view(await _find(session, caller, id))


@router.post("/trainings/{id}/cancel")
async def cancel(gateway: Gateway, caller: Admin, id: str) -> TrainingView:
    """Stop a training. One that has ended stays as it is."""
    async with gateway.database.writing(jobs=True) as session:
        row = await _find(session, caller, id)
        await training.cancel(session, row)
        view = training_view(row)
    gateway.relay.wake()
    gateway.changes.tell([id])
    return view


@router.get("/trainings/{id}/pictures/{digest}", response_class=StreamingResponse)
async def picture(request: Request, gateway: Gateway, caller: Admin, id: str, digest: Digest) -> Response:
    """A sheet of what a training makes: one that an event names, or that of its end."""
    async with gateway.database.reading() as session:
        row = await _find(session, caller, id)
        known = [row.sheet, *await trainings.pictures_of(session, id)]
    ref = next((ref for ref in known if ref is not None and ref["digest"] == digest), None)
    if ref is None:
        raise NotFound(f"The training {id} has no picture {digest}.")
    return await send(request, gateway.store, ArtifactRef.model_validate(ref), None)


@router.get("/trainings/{id}/weights", response_class=StreamingResponse)
async def weights(request: Request, gateway: Gateway, caller: Admin, id: str) -> Response:
    """What a finished training has learnt, as safetensors."""
    async with gateway.database.reading() as session:
        row = await _find(session, caller, id)
    if row.weights is None:
        raise NotFound(f"The training {id} has not made any weights.")
    name = training_view(row).model.replace("@", "-")
    return await send(request, gateway.store, ArtifactRef.model_validate(row.weights), f"{name}.safetensors")


async def _known_id(gateway: Gateway, caller: Admin, id: str) -> str:
    async with gateway.database.reading() as session:
        return (await _find(session, caller, id)).id


@router.get("/trainings/{id}/events", response_class=EventSourceResponse)
async def events(
    gateway: Gateway, id: Annotated[str, Depends(_known_id)], last_event_id: LastEventId = 0
) -> AsyncIterator[ServerSentEvent]:
    """What happens to a training from its beginning, as server-sent events: each is a TrainingEvent. Ends with the training."""
    last = last_event_id
    with gateway.changes.watching([id]) as watch:
        while not gateway.stopping.is_set():
            watch.clear()
            async with gateway.database.reading() as session:
                # In this order: an event written between the two reads is found at the next look, not lost.
                ended = JobState((await trainings.by_id(session, [id]))[id].state).ended
                rows = await trainings.events_after(session, id, last, PAGE)
            for row in rows:
                last = row.sequence
                yield ServerSentEvent(data=event_view(row), event=row.type, id=str(row.sequence))
            if len(rows) < PAGE:
                if ended:
                    return
                await watch.wait(LOOK_AGAIN_S)


async def _known(gateway: Context, patience: float) -> list[TrainerView]:
    """What can be trained; while the system starts, not before a training service has said so, be it nothing."""
    until = time.monotonic() + patience
    while True:
        known = await gateway.catalogue.trainers()
        said = known or any(worker.service == "train" for worker in await gateway.catalogue.workers())
        if said or not await gateway.catalogue.grew(until - time.monotonic()):
            return known


async def _why_none(gateway: Context) -> str:
    """What the training services say of themselves that offer nothing."""
    services = [worker for worker in await gateway.catalogue.workers() if worker.service == "train"]
    if not services:
        return "No training service runs: start one with `packshot serve train`."
    refused = {state.reason for worker in services for state in worker.plugins if state.condition is PluginCondition.REFUSED}
    return " ".join(sorted(refused)) or "No plugin of the training service has a trainer."


async def _find(session: AsyncSession, caller: Caller, id: str) -> tables.Training:
    row = await trainings.find(session, caller.tenant, id)
    if row is None:
        raise NotFound(f"There is no training {id}.")
    return row
