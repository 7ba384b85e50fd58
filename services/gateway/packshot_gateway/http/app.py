"""The ASGI application."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from packshot_gateway.http import (
    annotation,
    artifacts,
    catalogue,
    collections,
    data_sets,
    dead,
    health,
    jobs,
    listings,
    models,
    page,
    problems,
    ratings,
    session,
    traffic,
    trainings,
)
from packshot_gateway.http.body import LimitBody
from packshot_gateway.http.context import Context

PICTURES = (listings, jobs, catalogue, traffic, artifacts)
LEARNING = (data_sets, collections, annotation, ratings, trainings, models)
RUNNING = (dead, health, session)
"""Routes by subject; the document shows them in this order."""

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'self'; img-src 'self' blob: data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}
"""What every answer carries, unless it says something else."""


def make_app(context: Context | None = None) -> FastAPI:
    """The gateway's application; without a context it can only describe itself."""
    app = FastAPI(
        title="packshot",
        version=version("packshot-gateway"),
        summary="Turns merchants' photos into finished product images.",
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    for room in (*PICTURES, *LEARNING, *RUNNING):
        app.include_router(room.router)
    page.install(app)
    app.add_middleware(SaneHeaders)
    if context is not None:
        app.state.context = context
        app.add_middleware(LimitBody, limit=context.settings.max_upload_mb << 20)
    return app


class SaneHeaders:
    """ASGI middleware: headers that browsers need to treat answers with care."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, adding headers to its answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
