"""Trainings from the gateway's side: ordered, cancelled, and sent on their way again when nothing is heard of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.bus.protocol import Bus
from packshot.bus.topology import TRAINING_QUEUE
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import Failure, TrainingCancelled, TrainingFailed, TrainingRun
from packshot.contracts.model import Json
from packshot.contracts.state import JobState
from packshot.contracts.training import TrainerSpec, TrainingOrder
from packshot.contracts.training_http import TrainerView, TrainingRequest
from packshot.datasets.register import find_version
from packshot.errors import BadParameters, UnknownName, nearest
from packshot.models.register import card_of, find
from packshot.recipes.planning import complete_params
from packshot.store.protocol import ArtifactStore
from packshot_gateway.catalogue import LiveCatalogue
from packshot_gateway.database import Database, outbox, trainings
from packshot_gateway.database.tables import Training
from packshot_gateway.projection.jobs import SOURCE
from packshot_gateway.projection.trainings import event_row
from packshot_gateway.rounds import make_rounds
from packshot_gateway.settings import GatewaySettings

log = structlog.get_logger(__name__)


def find_trainer(name: str, trainers: list[TrainerView], why_none: str) -> TrainerSpec:
    """The trainer `denoise.cnn`, or the only one that starts so: `denoise`. Raises UnknownName with what is near."""
    fitting = [one for one in trainers if one.name == name] or [one for one in trainers if one.name.startswith(f"{name}.")]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UnknownName(f"There are several trainers {name}: {', '.join(one.name for one in fitting)}. Name one of them.")
    if not trainers:
        raise UnknownName(f"Nothing can be trained here now. {why_none}")
    raise UnknownName(f"There is no trainer {name!r}. {nearest(name, [one.name for one in trainers])}")


async def order_of(store: ArtifactStore, request: TrainingRequest, spec: TrainerSpec, tenant: str) -> TrainingOrder:
    """The whole order: what is asked for over what the trainer has where nothing is said. Raises BadParameters or UnknownName."""
    asked = _over(spec.defaults, request.order)
    params = asked.get("params", {})
    if not isinstance(params, dict):
        raise BadParameters("params: give the trainer's parameters by name.")
    asked |= {"trainer": spec.name, "tenant": tenant, "params": complete_params(spec, params)}
    if request.data:
        asked["data"] = (await find_version(store, request.data)).digest
    if request.parent:
        asked["parent"] = (await _weights(store, request.parent)).model_dump(mode="json")
    if request.register_as:
        asked["version"] = request.register_as
    try:
        return TrainingOrder.model_validate(asked)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadParameters(f"This cannot be trained: {where + ': ' if where else ''}{first['msg']}.") from error


async def start(session: AsyncSession, order: TrainingOrder, patience_s: float, *, registers: bool) -> Training:
    """A new training, on its way once this transaction is committed."""
    now = datetime.now(UTC)
    row = Training(
        id=order.id,
        tenant=order.tenant,
        order=order.model_dump(mode="json"),
        registers=registers,
        state=JobState.ACCEPTED.value,
        legs=0,
        registered="",
        worker="",
        created_at=now,
        due_at=now + timedelta(seconds=patience_s),
    )
    session.add(row)
    await session.flush()
    await _send(session, row)
    return row


async def cancel(session: AsyncSession, row: Training) -> None:
    """Stop a training. One that has ended stays as it is."""
    if not JobState(row.state).ended:
        await _end(session, row, JobState.CANCELLED, TrainingCancelled(training=row.id, tenant=row.tenant))


class SilentTrainings:
    """Looks after trainings that nothing was heard of for too long: their next leg is sent once more, which harms nothing."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        catalogue: LiveCatalogue,
        settings: GatewaySettings,
        changed: Callable[[set[str]], None],
    ) -> None:
        self._database = database
        self._bus = bus
        self._catalogue = catalogue
        self._settings = settings
        self._changed = changed

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        await make_rounds(self.look, self._settings, "trainings")

    async def look(self, *, everything: bool = False) -> None:
        """Send again what is overdue, or (with `everything`) all that has not ended."""
        async with self._database.reading() as session:
            late = everything or await trainings.overdue(session, datetime.now(UTC))
        if not late:
            return
        dead = await self._dead()
        waits = not everything and (await self._bus.depth(TRAINING_QUEUE) > 0 or not await self._catalogue.trainers())
        async with self._database.writing(jobs=True) as session:
            if everything:
                await trainings.make_all_due(session, datetime.now(UTC))
            rows = await trainings.overdue(session, datetime.now(UTC))
            for row in rows:
                row.due_at = datetime.now(UTC) + timedelta(seconds=self._settings.overdue_s)
                if row.id in dead:
                    failure = Failure(code="dead_letter", message=dead[row.id])
                    row.failure = failure.model_dump(mode="json")
                    await _end(session, row, JobState.FAILED, TrainingFailed(training=row.id, tenant=row.tenant, failure=failure))
                elif not waits:
                    log.info("training sent again", training=row.id, leg=row.legs + 1)
                    await _send(session, row)
        self._changed({row.id for row in rows})

    async def _dead(self) -> dict[str, str]:
        letters = [letter for letter in await self._bus.dead_letters(1000) if letter.envelope.type == TrainingRun.type]
        return {
            str(
                letter.envelope.subject
            ): f"Its next leg was parked as a dead letter ({letter.reason}). Mend that, and order it anew."
            for letter in letters
        }


def _over(defaults: Json, asked: Json) -> Json:
    """`asked` over `defaults`, inside of what is nested too."""
    both = dict(defaults)
    for name, value in asked.items():
        below = both.get(name)
        both[name] = _over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return both


async def _weights(store: ArtifactStore, reference: str) -> ArtifactRef:
    card = await card_of(store, await find(store, reference))
    return await store.stat(card.files[0].sha256)


async def _send(session: AsyncSession, row: Training) -> None:
    checkpoint = ArtifactRef.model_validate(row.checkpoint) if row.checkpoint else None
    run = TrainingRun(
        order=TrainingOrder.model_validate(row.order), leg=row.legs + 1, checkpoint=checkpoint, registers=row.registers
    )
    await outbox.put(session, Envelope.of(run, source=SOURCE, subject=row.id), queue=TRAINING_QUEUE)


async def _end(session: AsyncSession, row: Training, state: JobState, said: TrainingCancelled | TrainingFailed) -> None:
    row.state, row.ended_at = state.value, datetime.now(UTC)
    envelope = Envelope.of(said, source=SOURCE, subject=row.id)
    await session.flush()
    await trainings.add_events(session, [event_row(row, envelope, said)])
    await outbox.put(session, envelope)
