"""Taking a listing in: photos into the store, recipes into plans, everything else into one transaction."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO
from urllib.parse import unquote, urlsplit

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.http import ListingView, PhotoState
from packshot.contracts.ids import new_id
from packshot.contracts.messages import JobOrder
from packshot.contracts.model import Json
from packshot.contracts.plan import Plan
from packshot.contracts.state import JobState
from packshot.errors import PermanentError
from packshot.observe.tracing import child_traceparent
from packshot.store.protocol import ArtifactStore
from packshot_gateway import dispatch, views
from packshot_gateway.database import Database, listings, outbox
from packshot_gateway.database.tables import IdempotencyKey, Job, Listing, Photo
from packshot_gateway.planning import Planner
from packshot_gateway.projection.jobs import patience, plan_of, routes_of
from packshot_gateway.traffic.shadows import shadow_of

UNKNOWN_TYPE = "application/octet-stream"
"""What an upload is until ingest has looked into it: a stranger's word for it is not taken."""


class BadUpload(PermanentError):
    """The listing cannot be taken as it was sent."""

    code = "bad_upload"


@dataclass(frozen=True)
class NewPhoto:
    """A photo of a listing: in the store already, or at a URL, or (for a generator) none at all."""

    filename: str
    artifact: ArtifactRef | None = None
    url: str | None = None

    def key(self, listing: str) -> str:
        """What traffic policies split by: equal photos get equal versions. What has no photo goes by its listing."""
        return self.artifact.digest if self.artifact else self.url or listing


@dataclass(frozen=True)
class NewListing:
    """A listing as it was asked for."""

    tenant: str
    planner: Planner
    photos: Sequence[NewPhoto]
    sku: str = ""
    title: str = ""
    attributes: Json = field(default_factory=dict)
    urgent: bool = False
    webhook_url: str | None = None
    traceparent: str | None = None

    def fingerprint(self) -> str:
        """The same for the same request."""
        parts = [
            self.sku, self.title, self.attributes, self.urgent, self.webhook_url,
            [plan.model_dump(mode="json") for plan in self.planner.plans],
            [[photo.filename, photo.artifact.digest if photo.artifact else None, photo.url] for photo in self.photos],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


async def store_photo(store: ArtifactStore, name: str, file: BinaryIO) -> NewPhoto:
    """Put an uploaded file into the store. Raises StoreUnavailable."""
    with tempfile.NamedTemporaryFile(prefix="packshot-upload-") as copy:
        await asyncio.to_thread(_copy, file, copy.file)
        artifact = await store.put_file(Path(copy.name), UNKNOWN_TYPE)
    return NewPhoto(clean_name(name), artifact)


def photo_at(url: str) -> NewPhoto:
    """A photo that ingest is to fetch. Raises BadUpload for what is not an http or https URL."""
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise BadUpload(f"{url!r} is not a URL: {error}.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadUpload(f"{url!r} is not an http or https URL.")
    return NewPhoto(clean_name(unquote(parts.path)), url=url.strip())


def clean_name(name: str) -> str:
    """A file name without folders or control characters, at most 200 characters long."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:200] or "photo"


async def accept(database: Database, new: NewListing, key: str | None, overdue_s: float) -> tuple[ListingView, bool]:
    """Write a listing down with its photos, its jobs and the message that starts them, all or nothing.

    A second request with the same idempotency key gets the first one's listing (and False). Raises BadUpload if it asks for
    something else, DatabaseUnavailable if nothing could be written.
    """
    if key is not None and (earlier := await _earlier(database, new, key)) is not None:
        return earlier, False
    try:
        async with database.writing() as session:
            listing = await _write(session, new, overdue_s)
            if key is not None:
                await _remember(session, new, key, listing)
            (view,) = await views.listing_views(session, [listing])
    except IntegrityError:
        # Two requests with one key at the same moment: the other one was first.
        earlier = await _earlier(database, new, key) if key is not None else None
        if earlier is None:
            raise
        return earlier, False
    return view, True


async def _write(session: AsyncSession, new: NewListing, overdue_s: float) -> Listing:
    listing = Listing(
        id=new_id(),
        tenant=new.tenant,
        sku=new.sku,
        title=new.title,
        attributes=new.attributes,
        urgent=new.urgent,
        webhook_url=new.webhook_url,
        created_at=datetime.now(UTC),
    )
    photos = [_photo(listing, position, photo) for position, photo in enumerate(new.photos)]
    planned = [
        (_job(listing, photo, each.plan, overdue_s), each)
        for photo, given in zip(photos, new.photos, strict=True)
        for each in new.planner.plans_for(given.key(listing.id))
        if each.plan.over == "photo" or photo.position == 0
    ]
    jobs = [job for job, _ in planned]
    shadows = [(shadow_of(job, each.shadow), each.shadow) for job, each in planned if each.shadow is not None]
    routes = [route for job, each in planned for route in routes_of(job.id, each.plan)]
    routes += [route for shadow, plan in shadows for route in routes_of(shadow.id, plan)]
    for rows in ([listing], photos, [*jobs, *(shadow for shadow, _ in shadows)], routes):
        session.add_all(rows)
        await session.flush()
    orders = [(job.photo, JobOrder(job=job.id, plan=Plan.model_validate(job.plan))) for job in jobs]
    envelope = dispatch.received(listing, photos, orders)
    await outbox.put(session, envelope.model_copy(update={"traceparent": child_traceparent(new.traceparent)}))
    return listing


def _photo(listing: Listing, position: int, photo: NewPhoto) -> Photo:
    nothing = photo.artifact is None and photo.url is None
    return Photo(
        id=new_id(),
        tenant=listing.tenant,
        listing=listing.id,
        position=position,
        filename=photo.filename,
        url=photo.url,
        state=(PhotoState.ACCEPTED if nothing else PhotoState.RECEIVED).value,
        artifact=photo.artifact.model_dump(mode="json") if photo.artifact else None,
        digest=photo.artifact.digest if photo.artifact else None,
    )


def _job(listing: Listing, photo: Photo, plan: Plan, overdue_s: float) -> Job:
    job = Job(
        id=new_id(),
        tenant=listing.tenant,
        listing=listing.id,
        photo=photo.id,
        done_steps=[],
        urgent=listing.urgent,
        state=JobState.ACCEPTED.value,
        progress=0.0,
        created_at=listing.created_at,
    )
    plan_of(job, plan)
    job.due_at = listing.created_at + patience(job, overdue_s)
    return job


async def _earlier(database: Database, new: NewListing, key: str) -> ListingView | None:
    async with database.reading() as session:
        known = await session.get(IdempotencyKey, (new.tenant, key))
        if known is None:
            return None
        if known.fingerprint != new.fingerprint():
            raise BadUpload(f"The Idempotency-Key {key!r} was used for another listing. Use a new key for a new request.")
        listing = await listings.find(session, new.tenant, known.listing)
        assert listing is not None
        (view,) = await views.listing_views(session, [listing])
    return view


async def _remember(session: AsyncSession, new: NewListing, key: str, listing: Listing) -> None:
    row = {
        "tenant": new.tenant,
        "key": key,
        "fingerprint": new.fingerprint(),
        "listing": listing.id,
        "created_at": listing.created_at,
    }
    await session.execute(insert(IdempotencyKey), [row])


def _copy(source: BinaryIO, target: IO[bytes]) -> None:
    source.seek(0)
    while chunk := source.read(1 << 20):
        target.write(chunk)
    target.flush()
