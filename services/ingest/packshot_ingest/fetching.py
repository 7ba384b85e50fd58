"""Fetching a photo from a merchant's URL, behind the walls of packshot.fetching, within a time and a size."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import BinaryIO

import httpx

from packshot.errors import BadPhoto, FetchFailed
from packshot.fetching import Opener, Resolver, Walls, make_transport, require_content, resolve, shown
from packshot_ingest.settings import IngestSettings


class Fetcher:
    """Fetches photos. One for a service."""

    def __init__(
        self,
        settings: IngestSettings,
        resolver: Resolver = resolve,
        transport: Callable[[], httpx.AsyncBaseTransport] = make_transport,
    ) -> None:
        self._settings = settings
        walls = Walls(
            what="photos",
            instead="Upload the photo instead.",
            timeout_s=settings.fetch_timeout_s,
            redirects=settings.fetch_redirects,
            ports=settings.fetch_ports,
            allow_private=settings.fetch_allow_private,
        )
        self._opener = Opener(walls, resolver, transport)

    async def fetch(self, url: str, into: BinaryIO) -> None:
        """Write what `url` answers `into` a file.

        Raises BadUrl for a URL that is not fetched or is not there, BadPhoto for an answer that is too large, FetchFailed for
        a server that is away, slow or busy.
        """
        limit = self._settings.fetch_timeout_s
        try:
            async with asyncio.timeout(limit), self._opener.open(url, {"Accept": "image/*"}) as answer:
                require_content(answer, url)
                await self._take(answer, url, into)
        except TimeoutError as error:
            raise FetchFailed(f"{shown(url)} did not send the photo within {limit:g} seconds.") from error

    async def _take(self, answer: httpx.Response, url: str, into: BinaryIO) -> None:
        limit = self._settings.max_photo_bytes
        taken = 0
        async for chunk in answer.aiter_raw(1 << 16):
            taken += len(chunk)
            if taken > limit:
                raise BadPhoto(f"{shown(url)} is larger than {self._settings.max_photo_mb} MB.")
            into.write(chunk)
