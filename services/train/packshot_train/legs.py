"""One leg, from its order to its record: the pictures are brought, the process runs, what it leaves is stored."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.messages import TrainingRun
from packshot.contracts.training import Progress, Trained
from packshot.datasets.bringing import blobs_in, bring_data
from packshot.errors import ArtifactMissing
from packshot.store.protocol import ArtifactStore
from packshot_train.checkpoints import forget_checkpoints, store_checkpoint
from packshot_train.process import TrainingProcess, training_process
from packshot_train.records import LegRecord, find_record, keep_record
from packshot_train.settings import TrainSettings
from packshot_train.task import Task

WEIGHTS_MEDIA_TYPE = "application/octet-stream"
GRAPH_MEDIA_TYPE = "application/x-onnx"
_TOLD_EVERY_S = 1.0

Told = Callable[[Progress, ArtifactRef | None], Awaitable[None]]


class Legs:
    """Runs legs on this machine, one at a time."""

    def __init__(self, store: ArtifactStore, settings: TrainSettings, stopping: asyncio.Event) -> None:
        self._store = store
        self._settings = settings
        self._stopping = stopping
        self._root = settings.home / "training"

    async def run(self, run: TrainingRun, told: Told) -> LegRecord:
        """The record of this leg: found, or made. Cancelling ends its process.

        Raises what ended it: PermanentError for what no repetition mends, TransientError otherwise.
        """
        known = await find_record(self._store, run.order.id, run.leg)
        if known is not None:
            return known
        try:
            task = await self._prepare(run, told)
        except ArtifactMissing:
            # Somebody else has done this leg meanwhile, and those after it: what it began with is no longer kept.
            if (known := await find_record(self._store, run.order.id, run.leg)) is not None:
                return known
            raise
        async with training_process(task, task.folder / "log.txt", self._settings) as process:
            stopper = asyncio.create_task(self._stop(process))
            try:
                ended = await self._listen(process, task.folder, told)
            finally:
                stopper.cancel()
        record = await self._store_all(run, ended)
        await keep_record(self._store, run.order.id, run.leg, record)
        await forget_checkpoints(self._store, run.order.id, before=run.leg - 1)
        return record

    async def forget(self, training: str) -> None:
        """Remove what a training that has ended has left: its folder on this machine, and its checkpoints in the store.

        Raises StoreUnavailable.
        """
        await asyncio.to_thread(shutil.rmtree, self._root / training, ignore_errors=True)
        await forget_checkpoints(self._store, training)

    async def _prepare(self, run: TrainingRun, told: Told) -> Task:
        order = run.order
        folder, blobs = self._root / order.id, blobs_in(self._settings.home)
        for each in (folder, blobs):
            each.mkdir(parents=True, exist_ok=True)
        first = Progress(step=0, steps=order.steps, done=0.0, note="starting")
        if run.leg == 1:
            await told(first, None)
        for manifest in order.data_sets:
            await self._bring(manifest, blobs, first, told)
        if order.parent is not None:
            (blobs / order.parent.digest).write_bytes(await self._store.get(order.parent))
        checkpoint = None
        if run.checkpoint is not None:
            checkpoint = folder / "from.checkpoint"
            content = await self._store.get(run.checkpoint)
            await asyncio.to_thread(checkpoint.write_bytes, content)
        return Task(
            answers=0,
            order=order,
            folder=folder,
            blobs=blobs,
            cache=self._root / "cache",
            checkpoint=checkpoint,
            seconds=self._settings.train_leg_s,
        )

    async def _bring(self, manifest: str, blobs: Path, first: Progress, told: Told) -> None:
        have: list[tuple[int, int]] = []
        bringing = asyncio.create_task(bring_data(self._store, manifest, blobs, lambda here, of: have.append((here, of))))
        try:
            while not (await asyncio.wait({bringing}, timeout=_TOLD_EVERY_S))[0]:
                here, of = have[-1] if have else (0, 0)
                await told(first.model_copy(update={"note": f"{here} of {of} pictures are here"}), None)
            await bringing
        finally:
            bringing.cancel()

    async def _stop(self, process: TrainingProcess) -> None:
        await self._stopping.wait()
        process.stop()

    async def _listen(self, process: TrainingProcess, folder: Path, told: Told) -> dict[str, Any]:
        while "ended" not in (message := await process.answer()):
            progress = Progress.model_validate(message["progress"])
            sheet = folder / progress.picture if progress.picture else None
            await told(progress, await self._store.put_file(sheet, "image/png") if sheet and sheet.is_file() else None)
        return message

    async def _store_all(self, run: TrainingRun, ended: dict[str, Any]) -> LegRecord:
        checkpoint = ended["checkpoint"]
        return LegRecord(
            progress=Progress.model_validate(ended["ended"]),
            checkpoint=await store_checkpoint(self._store, run.order.id, run.leg, Path(checkpoint)) if checkpoint else None,
            trained=Trained.model_validate(ended["trained"]) if ended["trained"] else None,
            weights=await self._stored(ended["weights"], WEIGHTS_MEDIA_TYPE),
            graph=await self._stored(ended["graph"], GRAPH_MEDIA_TYPE),
            sheet=await self._stored(ended["sheet"], "image/png"),
        )

    async def _stored(self, path: str | None, media_type: str) -> ArtifactRef | None:
        return None if path is None else await self._store.put_file(Path(path), media_type)
