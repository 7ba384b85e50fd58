"""A listing comes in: every photo is looked into, and the jobs of those that are good are started."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from pydantic import ValidationError

from packshot.bus.protocol import Delivery
from packshot.contracts.artifact import digest_of
from packshot.contracts.messages import (
    Failure,
    JobOrder,
    ListingReceived,
    PhotoAccepted,
    PhotoOrder,
    PhotoRejected,
    StepFailed,
    StepRun,
)
from packshot.contracts.result import FrameRef
from packshot_ingest.outgoing import Outgoing
from packshot_ingest.photos import Bring, Photo, Photos
from packshot_ingest.starting import CannotStart, further_photos, heads, needs_photos

NOTHING = FrameRef(key=digest_of(b""))
"""The frame that a generator starts from."""

log = structlog.get_logger(__name__)


class Listings:
    """Takes listings in. Taking one in twice sends the same messages under the same ids."""

    def __init__(self, photos: Photos, outgoing: Outgoing) -> None:
        self._photos = photos
        self._outgoing = outgoing

    async def received(self, delivery: Delivery) -> None:
        """Handle one `listing.received`."""
        try:
            listing = delivery.envelope.body(ListingReceived)
        except ValidationError as error:
            await delivery.park(f"Not a listing.received: {error.errors(include_url=False, include_input=False)[0]['msg']}.")
            return
        await self.take(listing)
        await delivery.ack()

    async def take(self, listing: ListingReceived, bring: Mapping[str, Bring] | None = None) -> None:
        """Accept or reject every photo and start the jobs of the good ones; return when the broker has confirmed it all.

        `bring` says, by photo id, how to get photos that are neither stored nor at a URL. Raises a group with
        Stopped when the service stops while the broker or the store is away.
        """
        await _Intake(self._photos, self._outgoing, listing).run(bring or {})

    async def reject(self, listing: ListingReceived, failure: Failure) -> None:
        """Reject every photo of a listing unseen."""
        intake = _Intake(self._photos, self._outgoing, listing)
        for order in listing.photos:
            await intake.reject(order, failure)


class _Intake:
    """One listing on its way in."""

    def __init__(self, photos: Photos, outgoing: Outgoing, listing: ListingReceived) -> None:
        self._photos = photos
        self._outgoing = outgoing
        self._listing = listing
        self._looks: list[asyncio.Task[Photo | Failure]] = []

    async def run(self, bring: Mapping[str, Bring]) -> None:
        async with asyncio.TaskGroup() as group:
            for order in self._listing.photos:
                if order.artifact is None and order.url is None and order.photo not in bring:
                    group.create_task(self._start_all(order, NOTHING))
                    continue
                look = group.create_task(self._photos.look(order, bring.get(order.photo)))
                self._looks.append(look)
                group.create_task(self._settle(order, look))

    async def _settle(self, order: PhotoOrder, look: asyncio.Task[Photo | Failure]) -> None:
        photo = await look
        if isinstance(photo, Failure):
            await self.reject(order, photo)
            return
        await self._accept(order, photo)
        frame = FrameRef(key=photo.artifact.digest, photo=photo.artifact, width=photo.width, height=photo.height)
        await self._start_all(order, frame)

    async def _accept(self, order: PhotoOrder, photo: Photo) -> None:
        accepted = PhotoAccepted(
            listing=self._listing.listing,
            photo=order.photo,
            tenant=self._listing.tenant,
            sku=self._listing.sku,
            filename=order.filename,
            artifact=photo.artifact,
            width=photo.width,
            height=photo.height,
            format=photo.format,
            jobs=order.jobs,
        )
        await self._outgoing.publish(accepted, order.photo)

    async def reject(self, order: PhotoOrder, failure: Failure) -> None:
        log.info("photo rejected", listing=self._listing.listing, photo=order.photo, code=failure.code, reason=failure.message)
        rejected = PhotoRejected(
            listing=self._listing.listing,
            photo=order.photo,
            tenant=self._listing.tenant,
            filename=order.filename,
            failure=failure,
            jobs=tuple(job.job for job in order.jobs),
        )
        await self._outgoing.publish(rejected, order.photo)

    async def _start_all(self, order: PhotoOrder, frame: FrameRef) -> None:
        for job in order.jobs:
            try:
                await self._start(job, frame)
            except CannotStart as reason:
                await self._fail(job, reason)

    async def _start(self, job: JobOrder, frame: FrameRef) -> None:
        photos = further_photos(job.plan, await asyncio.gather(*self._looks)) if needs_photos(job.plan) else ()
        for head in heads(job.plan):
            command = StepRun(
                job=job.job,
                tenant=self._listing.tenant,
                branch=head,
                frame=frame,
                photos=photos,
                urgent=self._listing.urgent,
                majors=job.plan.majors,
            )
            await self._outgoing.send(command)

    async def _fail(self, job: JobOrder, reason: CannotStart) -> None:
        failed = StepFailed(
            job=job.job,
            tenant=self._listing.tenant,
            step=reason.step.id,
            operation=reason.step.operation,
            failure=reason.failure,
            attempt=1,
            final=True,
            outputs=tuple(job.plan.outputs()),
        )
        await self._outgoing.publish(failed, job.job, about=reason.step.id)
