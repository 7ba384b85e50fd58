"""Looking into one photo: bring its bytes, read its header, keep it in the store."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.messages import Failure, PhotoOrder
from packshot.errors import BadPhoto, FetchFailed, PermanentError
from packshot.imaging.limits import Limits
from packshot.imaging.sniff import PictureHeader, sniff
from packshot.patience import Patience
from packshot.store.protocol import ArtifactStore
from packshot_ingest.fetching import Fetcher
from packshot_ingest.settings import IngestSettings

Bring = Callable[[BinaryIO], Awaitable[None]]
"""Writes a photo's bytes into a file."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Photo:
    """A photo that can be worked on."""

    artifact: ArtifactRef
    width: int
    height: int
    format: str


class Photos:
    """Looks into photos, a few at a time."""

    def __init__(self, store: ArtifactStore, fetcher: Fetcher, settings: IngestSettings, patience: Patience) -> None:
        self._store = store
        self._fetcher = fetcher
        self._settings = settings
        self._patience = patience
        self._room = asyncio.Semaphore(settings.photos_at_once)
        self._limits = Limits(max_bytes=settings.max_photo_bytes)

    async def look(self, order: PhotoOrder, bring: Bring | None = None) -> Photo | Failure:
        """The photo, or why it cannot be worked on. Outlasts an absent store; raises Stopped when the service stops meanwhile.

        `bring` says how to get a photo that is neither stored nor at a URL.
        """
        try:
            return await self._look(order, bring)
        except (PermanentError, FetchFailed) as error:
            return Failure(code=error.code, message=str(error))

    async def _look(self, order: PhotoOrder, bring: Bring | None) -> Photo:
        if order.artifact is not None:
            stored = order.artifact
            return await self._patience.outlast(lambda: self._stored(stored))
        if order.url is not None:
            url = order.url
            return await self._patience.attempt(
                lambda: self._brought(lambda file: self._fetcher.fetch(url, file)), self._settings.fetch_retry_delays_s
            )
        assert bring is not None
        return await self._patience.outlast(lambda: self._brought(bring))

    async def _stored(self, ref: ArtifactRef) -> Photo:
        if ref.size > self._settings.max_photo_bytes:
            raise BadPhoto(f"The photo is larger than {self._settings.max_photo_mb} MB.")
        async with self._room:
            header = await self._sniff(await self._store.get(ref))
        return Photo(ref, header.width, header.height, header.format.value)

    async def _brought(self, bring: Bring) -> Photo:
        async with self._room, _scratch() as path:
            with path.open("wb") as file:
                await bring(file)
            header = await self._sniff(path.read_bytes())
            ref = await self._patience.outlast(lambda: self._store.put_file(path, header.media_type))
        return Photo(ref, header.width, header.height, header.format.value)

    async def _sniff(self, content: bytes) -> PictureHeader:
        try:
            return await asyncio.to_thread(sniff, content, self._limits)
        except PermanentError:
            raise
        except Exception as error:
            # Whatever a stranger's bytes do to a parser, the listing's other photos must go on.
            log.exception("a photo's header made the reader fail")
            raise BadPhoto("The file cannot be read as a picture.") from error


@asynccontextmanager
async def _scratch() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="packshot-") as folder:
        yield Path(folder) / "photo"
