"""A merchant's upload to a bucket becomes a listing of one photo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import structlog

from packshot.contracts.messages import Failure, JobOrder, ListingReceived, PhotoOrder
from packshot.errors import PermanentError
from packshot.patience import Patience
from packshot_ingest.bucket import Bucket, Superseded
from packshot_ingest.catalogue import Planner
from packshot_ingest.listings import Listings
from packshot_ingest.notifications import Upload
from packshot_ingest.settings import IngestSettings

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Place:
    """What an object's key says: `tenant/sku/file`, `sku/file` or `file` (whose stem is then the SKU)."""

    tenant: str
    sku: str
    filename: str

    @staticmethod
    def of(key: str, default_tenant: str) -> Place:
        """Read a key. Folders between the SKU and the file mean nothing."""
        path = PurePosixPath(key.strip("/"))
        match path.parts:
            case (_,):
                return Place(default_tenant, path.stem, path.name)
            case (sku, _):
                return Place(default_tenant, sku, path.name)
            case _:
                return Place(path.parts[0], path.parts[1], path.name)


class Uploads:
    """Takes uploads in. All ids are derived from the upload, so a notification that comes twice doubles nothing."""

    def __init__(
        self, bucket: Bucket, planner: Planner, listings: Listings, settings: IngestSettings, patience: Patience
    ) -> None:
        self._bucket = bucket
        self._planner = planner
        self._listings = listings
        self._patience = patience
        self._default_tenant = settings.bucket_tenant
        self._default_recipes = settings.bucket_recipes

    async def take(self, upload: Upload) -> None:
        """Copy the photo into the store, say that it is accepted or rejected, and start its jobs.

        An object that is gone or overwritten since is left alone: its own notification tells of what replaced it.
        """
        try:
            await self._take(upload)
        except* Superseded:
            log.info("an upload was deleted or overwritten before it was read", bucket=upload.bucket, key=upload.key)

    async def _take(self, upload: Upload) -> None:
        place = Place.of(upload.key, self._default_tenant)
        photo = upload.derived("photo")
        listing = upload.derived("listing")
        wanted = await self._patience.outlast(lambda: self._bucket.recipes(upload)) or self._default_recipes
        names = list(dict.fromkeys(name.strip() for name in wanted.split(",") if name.strip()))

        async def bring(file: BinaryIO) -> None:
            await self._bucket.read(upload, file)

        def received(orders: tuple[JobOrder, ...]) -> ListingReceived:
            order = PhotoOrder(photo=photo, filename=place.filename, jobs=orders)
            return ListingReceived(listing=listing, tenant=place.tenant, sku=place.sku, photos=(order,))

        try:
            orders = [
                await self._planner.plan(name, upload.derived("job", name), place.tenant, upload.etag or photo) for name in names
            ]
        except PermanentError as error:
            await self._listings.reject(received(()), Failure(code=error.code, message=str(error)))
            return
        await self._listings.take(received(tuple(orders)), {photo: bring})
