"""One leg of a collection: it goes on from what is written down, for a minute or so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import structlog

from packshot.bus.protocol import Bus
from packshot.contracts.collecting import Counts, Crawl, FromDataSet, ImportBucket, ImportFolder, ImportIdx, Phase, Renders
from packshot.contracts.envelope import Envelope, Message
from packshot.contracts.ids import new_id
from packshot.contracts.messages import CollectFinished, CollectProgressed, CollectRun
from packshot.datasets.register import summary_of
from packshot.errors import TransientError
from packshot.store.protocol import ArtifactStore
from packshot_collect.crawl.crawler import Crawler
from packshot_collect.eyes import Eyes
from packshot_collect.facts import Gathered, LegEnded
from packshot_collect.gathering import Gathering, Source
from packshot_collect.journal import Journal
from packshot_collect.making import Chosen, choose, save, vary_all
from packshot_collect.marks import Marks
from packshot_collect.settings import CollectSettings
from packshot_collect.sources.bucket import Bucket
from packshot_collect.sources.data_set import DataSet
from packshot_collect.sources.folder import Folder
from packshot_collect.sources.idx import Idx
from packshot_collect.sources.studio import Studio

log = structlog.get_logger(__name__)

SOURCE = "collect"
_ANY = 1 << 40


class Leg:
    """A leg in hand."""

    def __init__(
        self,
        command: CollectRun,
        *,
        bus: Bus,
        store: ArtifactStore,
        eyes: Eyes,
        settings: CollectSettings,
        stopping: asyncio.Event,
    ) -> None:
        self._command = command
        self._bus = bus
        self._store = store
        self._settings = settings
        self._stopping = stopping
        self._journal = Journal(store, command.collection)
        self._marks = Marks(store, command.collection)
        self._ends_at = time.monotonic() + settings.collect_leg_s
        self._lost = False
        self._place = 0
        self._phase = Phase.GATHER
        self._chosen: Chosen | None = None
        source = command.order.source
        most = _ANY if isinstance(source, FromDataSet | Renders) else source.most
        self._work = Gathering(self._journal, store, eyes, most, settings.max_photo_bytes, self._over)

    async def run(self) -> Message | None:
        """Go on until the leg or the collection ends: the next leg, the end, or None where nothing is to be said.

        Raises PermanentError where the collection cannot be made, TransientError where something is away for now.
        """
        if (end := await self._marks.end()) is not None:
            await self._journal.forget()
            return end
        await self._journal.read()
        if self._command.leg is not None and self._command.leg < self._journal.state.leg:
            return None
        await self._marks.hold()
        async with self._writing_down():
            done = await self._gather() and await self._vary()
        if self._lost:
            await self._let_go()
            return None
        return await self._save() if done else await self._hand_on()

    def _over(self) -> bool:
        return self._lost or self._stopping.is_set() or time.monotonic() > self._ends_at

    async def _gather(self) -> bool:
        if self._journal.state.gathered:
            return True
        if not await self._source().gather(self._work):
            return False
        self._journal.add(Gathered(note=self._work.note))
        return True

    def _source(self) -> Source:
        order, settings = self._command.order, self._settings
        look = order.clean is not None or (order.split is not None and order.split.alike >= 0)
        match order.source:
            case ImportFolder():
                return Folder(order.source, settings)
            case ImportBucket():
                return Bucket(order.source, settings)
            case ImportIdx():
                return Idx(order.source, settings, look=look)
            case FromDataSet():
                return DataSet(order.source, self._store, look=look)
            case Renders():
                return Studio(order.source)
            case Crawl():
                return Crawler(order.source, order.name, self._command.started, self._store, settings)

    async def _vary(self) -> bool:
        self._phase = Phase.CLEAN
        await self._tell()
        self._chosen = chosen = await asyncio.to_thread(choose, self._journal.state, self._command.order)
        self._work.note = chosen.note
        self._phase = Phase.AUGMENT
        return await vary_all(chosen, self._command.order, self._journal, self._store, self._over)

    async def _save(self) -> Message:
        assert self._chosen is not None
        command, self._phase = self._command, Phase.SAVE
        version, manifest = await save(self._chosen, command.order, self._journal.state, self._store, command.started)
        finished = CollectFinished(
            collection=command.collection,
            tenant=command.tenant,
            name=command.order.name,
            digest=version.digest,
            summary=summary_of(manifest),
            counts=self._counts(),
            note=" ".join(note for note in (self._journal.state.note, self._chosen.note) if note),
        )
        await self._marks.set_end(finished)
        await self._journal.forget()
        return finished

    async def _let_go(self) -> None:
        """Somebody else goes on, or nobody does."""
        if await self._marks.ended():
            await self._journal.forget()

    async def _hand_on(self) -> CollectRun:
        leg = self._journal.state.leg
        self._journal.add(LegEnded(leg=leg))
        await self._journal.fold()
        return self._command.model_copy(update={"leg": leg + 1})

    @asynccontextmanager
    async def _writing_down(self) -> AsyncIterator[None]:
        """Write down and tell every few seconds what is new, and at the end."""
        task = asyncio.create_task(self._write_down())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._journal.flush()

    async def _write_down(self) -> None:
        while not self._lost:
            try:
                await self._tell()
                await asyncio.sleep(self._settings.collect_flush_s)
                await self._journal.flush()
                # Cancelled, or somebody else is at it since.
                self._lost = not await self._marks.held()
            except TransientError as error:
                log.warning("what was found is not written down yet", reason=str(error))
                await asyncio.sleep(self._settings.collect_flush_s)

    async def _tell(self) -> None:
        # Of two that were at the same leg, the later one is believed.
        passed = datetime.now(UTC) - self._command.started
        self._place = max(self._place + 1, int(100 * passed.total_seconds()))
        command = self._command
        progressed = CollectProgressed(
            collection=command.collection,
            tenant=command.tenant,
            name=command.order.name,
            leg=self._journal.state.leg,
            place=self._place,
            phase=self._phase,
            counts=self._counts(),
            note=self._work.note,
            order=command.order,
        )
        await self._bus.publish(Envelope.of(progressed, source=SOURCE, subject=command.collection, id=new_id()))

    def _counts(self) -> Counts:
        state = self._journal.state
        left_out = len(state.left_out if self._chosen is None else self._chosen.left_out)
        own = {"pages": state.pages, "pictures": len(state.taken), "rejected": left_out, "bytes": state.bytes}
        return self._work.counts.model_copy(update=own)
