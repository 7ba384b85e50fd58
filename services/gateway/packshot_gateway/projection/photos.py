"""What an event does to a photo: it is accepted or rejected; one that came by a bucket notification is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.http import PhotoState
from packshot.contracts.messages import PhotoAccepted, PhotoRejected
from packshot_gateway.database import listings
from packshot_gateway.database.tables import Listing, Photo


async def in_hand(session: AsyncSession, told: Sequence[tuple[datetime, PhotoAccepted | PhotoRejected]]) -> dict[str, Photo]:
    """The photos that these events speak of, made where they are new, each with its listing."""
    known = await listings.photos_by_id(session, [body.photo for _, body in told])
    homes = await listings.by_id(session, [body.listing for _, body in told])
    for time, body in told:
        if body.listing not in homes:
            homes[body.listing] = Listing(id=body.listing, tenant=body.tenant, created_at=time)
            session.add(homes[body.listing])
        homes[body.listing].created_at = min(homes[body.listing].created_at, time)
    await session.flush()
    for _, body in told:
        if body.photo not in known:
            known[body.photo] = _new(body)
            session.add(known[body.photo])
        if isinstance(body, PhotoAccepted):
            homes[body.listing].sku = homes[body.listing].sku or body.sku
            homes[body.listing].title = homes[body.listing].title or body.title
    await session.flush()
    return known


def accept(photo: Photo, body: PhotoAccepted) -> None:
    """It can be worked on. This outdoes a rejection: a URL that failed once may answer the next time."""
    artifact = body.artifact
    if not artifact.media_type.startswith("image/"):
        artifact = artifact.model_copy(update={"media_type": f"image/{body.format.lower()}"})
    photo.state = PhotoState.ACCEPTED.value
    photo.artifact, photo.digest = artifact.model_dump(mode="json"), artifact.digest
    photo.width, photo.height, photo.failure = body.width, body.height, None


def reject(photo: Photo, body: PhotoRejected) -> bool:
    """It cannot be worked on; False if it was accepted already."""
    if photo.state == PhotoState.ACCEPTED.value:
        return False
    photo.state, photo.failure = PhotoState.REJECTED.value, body.failure.model_dump(mode="json")
    return True


def jobs_of(body: PhotoAccepted | PhotoRejected) -> Iterable[str]:
    """The jobs that a photo's event speaks of."""
    return body.jobs if isinstance(body, PhotoRejected) else [order.job for order in body.jobs]


def _new(body: PhotoAccepted | PhotoRejected) -> Photo:
    return Photo(
        id=body.photo,
        tenant=body.tenant,
        listing=body.listing,
        position=0,
        filename=body.filename,
        state=PhotoState.RECEIVED.value,
    )
