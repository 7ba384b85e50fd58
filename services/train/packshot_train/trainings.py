"""What a `training.run` becomes: the next leg, a registered model, another attempt, or the end."""

from __future__ import annotations

import structlog

from packshot.bus.protocol import Bus
from packshot.bus.topology import TRAINING_QUEUE
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.envelope import Envelope, Message
from packshot.contracts.messages import (
    Failure,
    ModelRegistered,
    TrainingFailed,
    TrainingFinished,
    TrainingProgressed,
    TrainingRun,
)
from packshot.contracts.training import Progress
from packshot.errors import BusUnavailable, PackshotError, PermanentError, StoreUnavailable, TransientError
from packshot.models.register import register
from packshot.store.protocol import ArtifactStore
from packshot.training.card import card_of
from packshot_train.legs import Legs
from packshot_train.records import LegRecord
from packshot_train.settings import TrainSettings

_log = structlog.get_logger(__name__)


class Trainings:
    """Does one `training.run` after the other."""

    def __init__(self, bus: Bus, store: ArtifactStore, legs: Legs, settings: TrainSettings, worker: str) -> None:
        self._bus = bus
        self._store = store
        self._legs = legs
        self._settings = settings
        self._worker = worker

    async def do(self, run: TrainingRun) -> None:
        """Do one leg. When this returns, what follows is confirmed. Raises BusUnavailable where that could not be."""
        try:
            await self._do(run)
        except BusUnavailable:
            # Nobody could be told either. The broker hands the command out again, and the record saves the work.
            raise
        except PackshotError as error:
            await self._failed(run, error)
        except Exception as error:
            _log.exception("training.bug", training=run.order.id, leg=run.leg)
            await self._failed(
                run, TransientError(f"packshot itself failed ({type(error).__name__}: {error}); its log says where.")
            )

    async def _do(self, run: TrainingRun) -> None:
        async def told(progress: Progress, picture: ArtifactRef | None) -> None:
            await self._tell(run, self._progressed(run, progress, picture=picture))

        record = await self._legs.run(run, told)
        await self._tell(run, self._progressed(run, record.progress, checkpoint=record.checkpoint))
        if record.trained is None:
            await self._send(run.model_copy(update={"leg": run.leg + 1, "checkpoint": record.checkpoint, "attempt": 1}))
            return
        await self._finish(run, record)
        await self._legs.forget(run.order.id)

    async def _finish(self, run: TrainingRun, record: LegRecord) -> None:
        assert record.trained is not None
        assert record.weights is not None
        model, failure = "", None
        if run.registers:
            try:
                model = await self._register(run, record)
            except PermanentError as error:
                # The model is made, and its weights are in the store: only its name is not to be had.
                failure = Failure(code=error.code, message=str(error))
        finished = TrainingFinished(
            training=run.order.id,
            tenant=run.order.tenant,
            trained=record.trained,
            weights=record.weights,
            sheet=record.sheet,
            model=model,
            failure=failure,
            worker=self._worker,
        )
        await self._tell(run, finished)

    async def _register(self, run: TrainingRun, record: LegRecord) -> str:
        """Register what was made, and tell everybody; `name@version`."""
        assert record.trained is not None
        card = card_of(run.order, record.trained)
        version = await register(self._store, card)
        told = ModelRegistered(
            name=version.name, release=version.version, digest=version.digest, card=card.model_dump(mode="json")
        )
        await self._tell(run, told)
        return str(version)

    async def _failed(self, run: TrainingRun, error: PackshotError) -> None:
        surroundings = isinstance(error, StoreUnavailable)
        again = not isinstance(error, PermanentError) and (surroundings or run.attempt < self._settings.train_attempts)
        _log.warning("training.leg_failed", training=run.order.id, leg=run.leg, code=error.code, reason=str(error), again=again)
        if again:
            attempt = run.attempt if surroundings else run.attempt + 1
            await self._send(run.model_copy(update={"attempt": attempt}), delay_s=self._settings.retry_delays_s[0])
            return
        failure = Failure(code=error.code, message=str(error))
        await self._tell(
            run, TrainingFailed(training=run.order.id, tenant=run.order.tenant, failure=failure, worker=self._worker)
        )
        await self._legs.forget(run.order.id)

    def _progressed(
        self, run: TrainingRun, progress: Progress, *, picture: ArtifactRef | None = None, checkpoint: ArtifactRef | None = None
    ) -> TrainingProgressed:
        return TrainingProgressed(
            training=run.order.id,
            tenant=run.order.tenant,
            leg=run.leg,
            progress=progress,
            picture=picture,
            checkpoint=checkpoint,
            worker=self._worker,
        )

    async def _tell(self, run: TrainingRun, event: Message) -> None:
        await self._bus.publish(Envelope.of(event, source=f"packshot/train/{self._worker}", subject=run.order.id))

    async def _send(self, run: TrainingRun, *, delay_s: float = 0.0) -> None:
        envelope = Envelope.of(run, source=f"packshot/train/{self._worker}", subject=run.order.id)
        await self._bus.send(TRAINING_QUEUE, envelope, delay_s=delay_s)
