"""Following jobs: their events as server-sent events, from the database, so that nothing is missed between two connections."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import structlog
from fastapi.sse import ServerSentEvent

from packshot.errors import TransientError
from packshot_gateway import views
from packshot_gateway.database import events, jobs, tables
from packshot_gateway.http.context import Context

log = structlog.get_logger(__name__)

PAGE = 500
LOOK_AGAIN_S = 15.0


async def follow(gateway: Context, followed: Sequence[str], last: int) -> AsyncIterator[ServerSentEvent]:
    """Events of these jobs after number `last`, until all of them have ended or the gateway stops."""
    with gateway.changes.watching(followed) as watch:
        while not gateway.stopping.is_set():
            watch.clear()
            try:
                rows, ended = await _read(gateway, followed, last)
            except TransientError as error:
                log.warning("followers wait", reason=str(error))
                await watch.wait(1.0)
                continue
            for row in rows:
                last = row.sequence
                yield ServerSentEvent(data=views.event_view(row), event=row.type, id=str(row.sequence))
            if len(rows) < PAGE:
                if ended:
                    return
                await watch.wait(LOOK_AGAIN_S)


async def _read(gateway: Context, followed: Sequence[str], last: int) -> tuple[Sequence[tables.JobEvent], bool]:
    async with gateway.database.reading() as session:
        # In this order: an event written between the two reads is found at the next look, not lost.
        ended = not await jobs.any_open(session, followed)
        rows = await events.after(session, followed, last, PAGE)
    return rows, ended
