"""Collections from the gateway's side: started, cancelled, and sent again when nothing is heard of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.bus.protocol import Bus
from packshot.bus.topology import COLLECT
from packshot.contracts.collecting import CollectOrder
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import CollectCancelled, CollectRun, Failure
from packshot.contracts.state import JobState
from packshot_gateway.database import Database, collections, outbox
from packshot_gateway.database.tables import Collection
from packshot_gateway.http.problems import Conflict
from packshot_gateway.projection.jobs import SOURCE
from packshot_gateway.rounds import make_rounds
from packshot_gateway.settings import GatewaySettings

BATCH = 100


async def start(session: AsyncSession, id: str, tenant: str, order: CollectOrder, patience_s: float) -> Collection:
    """A new collection, on its way once this transaction is committed; the one there is already under this id.

    Raises Conflict for a name that is another tenant's.
    """
    known = await collections.find(session, tenant, id)
    if known is not None:
        return known
    if not await collections.claim(session, order.name, tenant):
        raise Conflict(f"The name {order.name!r} is taken. Choose another for your data set.")
    row = collections.new(id, tenant, order.name, datetime.now(UTC), patience_s)
    row.order = order.model_dump(mode="json")
    session.add(row)
    await session.flush()
    await _send(session, row)
    return row


async def cancel(session: AsyncSession, row: Collection) -> None:
    """Stop a collection. One that has ended stays as it is."""
    if JobState(row.state).ended:
        return
    row.state, row.ended_at, row.note = JobState.CANCELLED.value, datetime.now(UTC), ""
    row.revision += 1
    said = CollectCancelled(collection=row.id, tenant=row.tenant)
    await outbox.put(session, Envelope.of(said, source=SOURCE, subject=row.id))


async def _send(session: AsyncSession, row: Collection) -> None:
    order = CollectOrder.model_validate(row.order)
    command = CollectRun(collection=row.id, tenant=row.tenant, order=order, started=row.created_at)
    await outbox.put(session, Envelope.of(command, source=SOURCE, subject=row.id), queue=COLLECT)


class Silent:
    """Looks after collections that nothing was heard of for too long: they are sent on their way again, a few times."""

    def __init__(self, database: Database, bus: Bus, settings: GatewaySettings, changed: Callable[[set[str]], None]) -> None:
        self._database = database
        self._bus = bus
        self._settings = settings
        self._changed = changed

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        await make_rounds(self.look, self._settings, "collections")

    async def look(self, *, everything: bool = False) -> None:
        """Send again what is overdue; with `everything`, all that has not ended: a bus in memory has forgotten it."""
        now = datetime.now(UTC)
        async with self._database.reading() as session:
            late = everything or await collections.overdue(session, now, 1)
        if not late:
            return
        dead = await self._dead()
        waiting = await self._bus.depth(COLLECT)
        async with self._database.writing(jobs=True) as session:
            if everything:
                await collections.all_due(session)
            rows = await collections.overdue(session, datetime.now(UTC), BATCH)
            for row in rows:
                await self._take_up(session, row, dead, waiting=waiting > 0)
        self._changed({row.id for row in rows})

    async def _take_up(self, session: AsyncSession, row: Collection, dead: dict[str, str], *, waiting: bool) -> None:
        row.due_at = datetime.now(UTC) + timedelta(seconds=self._settings.overdue_s * 2**row.redispatches)
        if row.id in dead:
            _fail(row, Failure(code="dead_letter", message=dead[row.id]))
        elif not waiting and row.redispatches >= self._settings.max_redispatches:
            message = f"Nothing was heard of it although it was sent {row.redispatches} times. Does the service `collect` run?"
            _fail(row, Failure(code="gave_up", message=message))
        elif not waiting:
            row.redispatches += 1
            await _send(session, row)

    async def _dead(self) -> dict[str, str]:
        letters = [letter for letter in await self._bus.dead_letters(1000) if letter.envelope.type == CollectRun.type]
        return {
            str(letter.envelope.data.get("collection")): f"Its next leg was parked as a dead letter ({letter.reason}). "
            "Start the collection again once that is mended."
            for letter in letters
        }


def _fail(row: Collection, failure: Failure) -> None:
    row.state, row.ended_at, row.note = JobState.FAILED.value, datetime.now(UTC), ""
    row.failure = failure.model_dump(mode="json")
    row.revision += 1
