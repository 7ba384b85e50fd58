"""/healthz, /readyz and /metrics: for probes, operators and Prometheus."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from packshot.contracts.http import PartState, Readiness
from packshot.observe import metrics
from packshot_gateway.http.context import Gateway

router = APIRouter(tags=["health"])

PATIENCE_S = 5.0


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Alive: the event loop turns."""
    return "ok\n"


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def readyz(gateway: Gateway) -> Response:
    """Ready: the bus, the store and the database answer. Says which does not."""
    parts = {"bus": gateway.bus.healthy(), "store": gateway.store.healthy(), "database": gateway.database.healthy()}
    states = await asyncio.gather(*(_state(name, healthy) for name, healthy in parts.items()))
    readiness = Readiness(ok=all(state.ok for state in states), parts=dict(zip(parts, states, strict=True)))
    return JSONResponse(readiness.model_dump(), 200 if readiness.ok else 503, headers={"cache-control": "no-store"})


@router.get("/metrics", response_class=PlainTextResponse)
async def show_metrics() -> Response:
    """Prometheus's page."""
    page, media_type = metrics.page()
    return Response(page, headers={"content-type": media_type})


async def _state(name: str, healthy: Coroutine[Any, Any, bool]) -> PartState:
    try:
        ok = await asyncio.wait_for(healthy, PATIENCE_S)
    except TimeoutError:
        return PartState(ok=False, why=f"The {name} has not answered within {PATIENCE_S:g} s.")
    return PartState(ok=ok, why="" if ok else f"The {name} cannot be reached.")
