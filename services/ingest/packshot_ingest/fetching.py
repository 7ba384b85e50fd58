"""Fetching a photo from a merchant's URL, without letting the URL reach into our own network.

The host is resolved once, every address it has must be public, and the connection goes to an address that was checked: a
name that resolves differently a moment later changes nothing. Each redirect passes the same walls.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import BinaryIO

import httpx

from packshot.addresses import is_allowed, parse_address
from packshot.errors import BadPhoto, BadUrl, FetchFailed
from packshot_ingest.settings import IngestSettings

Resolver = Callable[[str, int], Awaitable[list[str]]]

_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_HEADERS = {
    "User-Agent": "packshot",
    "Accept": "image/*",
    # Bytes are taken as they come: what a server compresses nevertheless is no picture, so no bomb ever unfolds.
    "Accept-Encoding": "identity",
}


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of `host`. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Fetcher:
    """Fetches photos. One for a service: it keeps no connections and no cookies between photos."""

    def __init__(
        self,
        settings: IngestSettings,
        resolver: Resolver = resolve,
        transport: Callable[[], httpx.AsyncBaseTransport] = httpx.AsyncHTTPTransport,
    ) -> None:
        self._settings = settings
        self._resolve = resolver
        self._transport = transport

    async def fetch(self, url: str, into: BinaryIO) -> None:
        """Write what `url` answers `into` a file.

        Raises BadUrl for a URL that is not fetched or is not there, BadPhoto for an answer that is too large, FetchFailed for
        a server that is away, slow or busy.
        """
        limit = self._settings.fetch_timeout_s
        try:
            async with asyncio.timeout(limit), self._client() as client:
                await self._follow(client, url, into)
        except TimeoutError as error:
            raise FetchFailed(f"{_shown(url)} did not send the photo within {limit:g} seconds.") from error
        except httpx.TransportError as error:
            raise FetchFailed(f"{_shown(url)} could not be fetched: {error or type(error).__name__}.") from error

    def _client(self) -> httpx.AsyncClient:
        # trust_env=False: a proxy would resolve the name again, behind the walls. One transport a photo, so that no
        # connection to an address that was checked for one host name is used for another.
        return httpx.AsyncClient(
            transport=self._transport(), trust_env=False, headers=_HEADERS, timeout=self._settings.fetch_timeout_s
        )

    async def _follow(self, client: httpx.AsyncClient, url: str, into: BinaryIO) -> None:
        where = _parse(url)
        for _ in range(self._settings.fetch_redirects + 1):
            request = await self._request(client, where)
            answer = await client.send(request, stream=True)
            try:
                if answer.status_code not in _REDIRECTS:
                    await self._take(answer, where, into)
                    return
                where = where.join(_parse_location(answer, where))
            finally:
                await answer.aclose()
        raise BadUrl(f"{_shown(url)} redirects more than {self._settings.fetch_redirects} times; give the photo's own address.")

    async def _request(self, client: httpx.AsyncClient, where: httpx.URL) -> httpx.Request:
        """A request to a checked address that still names the host it is for, also to TLS."""
        address = await self._checked_address(where)
        host = where.netloc.decode("ascii")
        extensions = {"sni_hostname": where.raw_host.decode("ascii")} if where.scheme == "https" else {}
        return client.build_request("GET", where.copy_with(host=address), headers={"Host": host}, extensions=extensions)

    async def _checked_address(self, where: httpx.URL) -> str:
        port = self._checked_port(where)
        try:
            written = await self._resolve(where.raw_host.decode("ascii").strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise FetchFailed(f"The host {where.host!r} has no address: {error}.") from error
        addresses = [parse_address(address) for address in written]
        for address in addresses:
            if not is_allowed(address, private=self._settings.fetch_allow_private):
                raise BadUrl(f"{_shown(where)} leads to {address}, which is not a public address. Upload the photo instead.")
        if not addresses:
            raise FetchFailed(f"The host {where.host!r} has no address.")
        return str(addresses[0])

    def _checked_port(self, where: httpx.URL) -> int:
        if where.scheme not in {"http", "https"} or not where.host:
            raise BadUrl(f"{_shown(where)} is not an http or https address.")
        if where.userinfo:
            raise BadUrl(f"{_shown(where)} carries a user name or password; photos are fetched without.")
        port = where.port or {"http": 80, "https": 443}[where.scheme]
        if port not in self._settings.fetch_ports and not self._settings.fetch_allow_private:
            allowed = ", ".join(str(each) for each in self._settings.fetch_ports)
            raise BadUrl(f"{_shown(where)} names port {port}; photos are fetched from ports {allowed}.")
        return port

    async def _take(self, answer: httpx.Response, where: httpx.URL, into: BinaryIO) -> None:
        if answer.status_code in _AGAIN:
            raise FetchFailed(f"{_shown(where)} answered {answer.status_code}.")
        if answer.status_code != 200:
            raise BadUrl(f"{_shown(where)} answered {answer.status_code}; check that anybody can open it.")
        limit = self._settings.max_photo_bytes
        taken = 0
        async for chunk in answer.aiter_raw(1 << 16):
            taken += len(chunk)
            if taken > limit:
                raise BadPhoto(f"{_shown(where)} is larger than {self._settings.max_photo_mb} MB.")
            into.write(chunk)


def _parse(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise BadUrl(f"{url[:200]!r} is not a URL: {error}.") from error


def _parse_location(answer: httpx.Response, where: httpx.URL) -> httpx.URL:
    location = answer.headers.get("location")
    if not location:
        raise BadUrl(f"{_shown(where)} redirects to nowhere.")
    return _parse(location)


def _shown(url: str | httpx.URL) -> str:
    """A URL as people may see it: without password and query, which can hold a key."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return repr(str(url)[:200])
    return str(parsed.copy_with(userinfo=b"", query=None, fragment=None))[:200]
