"""Submits photos in listings, follows their jobs, and writes what comes out; at most so many jobs in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from packshot.cli.batch.outputs import Output, shared_outputs, write_output
from packshot.cli.batch.photos import Fault, Photo
from packshot.cli.batch.progress import Progress
from packshot.client import Client
from packshot.contracts.http import JobView, ListingView
from packshot.contracts.recipe import Recipe
from packshot.contracts.state import JobState
from packshot.errors import BadPhoto, TransientError

PHOTOS_A_LISTING = 20
SUBMIT_PAUSES_S = (1.0, 2.0, 5.0, 10.0)
"""Waits before a listing is handed in again that a server could not take now."""


@dataclass(frozen=True)
class Order:
    """What to make of the photos, and where to."""

    recipes: Sequence[str | Recipe]
    out: Path
    sku: str = ""
    urgent: bool = False
    jobs_in_flight: int = 64
    together: bool = False
    """All photos are one listing: one product, or a recipe over a whole listing."""


@dataclass
class Results:
    """What a run made and what it could not make."""

    outputs: list[Output] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class Batch:
    """One run of an order."""

    def __init__(self, client: Client, order: Order, progress: Progress, results: Results) -> None:
        self._client = client
        self._order = order
        self._progress = progress
        self._results = results

    async def run(self, photos: Sequence[Photo]) -> None:
        """Make everything; what cannot be made is among the results. Raises what stops the whole run."""
        order = self._order
        each = len(photos) if order.together else max(1, min(PHOTOS_A_LISTING, order.jobs_in_flight // len(order.recipes)))
        room = asyncio.Semaphore(max(1, order.jobs_in_flight // (each * len(order.recipes))))
        async with asyncio.TaskGroup() as group:
            for start in range(0, len(photos), each):
                await room.acquire()
                task = group.create_task(self._listing(photos[start : start + each]))
                task.add_done_callback(lambda _: room.release())

    async def _listing(self, photos: Sequence[Photo]) -> None:
        try:
            listing = await self._submitted(photos)
        except BadPhoto as error:
            if len(photos) > 1 and not self._order.together:
                # One of them is refused, and the answer need not say which: the others must not suffer.
                for photo in photos:
                    await self._listing([photo])
                return
            for photo in photos:
                self._failed(Fault(photo.path, str(error)))
            self._progress.ended(len(photos) * len(self._order.recipes))
            return
        by_id = {view.id: photo for view, photo in zip(listing.photos, photos, strict=True)}
        shared = shared_outputs(listing.jobs)
        photo_of = {job.id: by_id[job.photo.id] for job in listing.jobs}
        async with asyncio.TaskGroup() as group:
            async for event in self._client.listing_events(listing.id, photo_of):
                self._progress.moved(event.job, event.progress)
                if event.state.ended and event.job in photo_of:
                    group.create_task(self._collect(listing, event.job, photo_of.pop(event.job), shared))

    async def _submitted(self, photos: Sequence[Photo]) -> ListingView:
        paths, order = [photo.path for photo in photos], self._order
        for pause in SUBMIT_PAUSES_S:
            try:
                return await self._client.submit(paths, order.recipes, sku=order.sku, urgent=order.urgent)
            except TransientError as error:
                self._progress.note(f"{error} Trying again in {pause:g} s.")
                await asyncio.sleep(pause)
        return await self._client.submit(paths, order.recipes, sku=order.sku, urgent=order.urgent)

    async def _collect(self, listing: ListingView, id: str, photo: Photo, shared: frozenset[str]) -> None:
        """Take what an ended job has made."""
        job = await self._client.job(id)
        for output in job.outputs:
            if output.ready:
                written = await write_output(
                    self._client, listing, job, output, photo=photo, out=self._order.out, name_recipe=output.name in shared
                )
                self._results.outputs.append(written)
                self._progress.made(written)
            elif output.failure is not None:
                self._failed(Fault(photo.path, output.failure.message, job.recipe, output.name))
        self._end(job, photo)
        self._progress.ended(1, job.id)

    def _end(self, job: JobView, photo: Photo) -> None:
        """Say why a job has failed that has no failed output to say it."""
        if job.state is JobState.CANCELLED:
            self._failed(Fault(photo.path, "The job was cancelled.", job.recipe))
        elif job.photo.failure is not None:
            self._failed(Fault(photo.path, job.photo.failure.message))
        elif job.failure is not None and not any(output.failure for output in job.outputs):
            self._failed(Fault(photo.path, job.failure.message, job.recipe))

    def _failed(self, fault: Fault) -> None:
        if fault not in self._results.faults:
            self._results.faults.append(fault)
            self._progress.failed(fault)
