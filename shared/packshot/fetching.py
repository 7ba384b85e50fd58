"""Opening a stranger's URL without letting it reach into our own network.

The host is resolved once, every address it has must be public, and the connection goes to an address that was checked: a
name that resolves differently a moment later changes nothing. Each redirect passes the same walls.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

import httpx

from packshot.addresses import is_allowed, parse_address
from packshot.errors import BadUrl, FetchFailed

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""All addresses of a host and port, as text."""

_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Walls:
    """What a URL may not pass."""

    what: str
    """What is fetched, in the plural, as messages name it: `photos`."""
    instead: str
    """The sentence that says how else to bring it."""
    timeout_s: float
    """How long a server may be silent."""
    redirects: int = 3
    ports: tuple[int, ...] = (80, 443, 8080, 8443)
    allow_private: bool = False
    """Let private and loopback addresses, and any port, pass too."""


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of `host`. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def make_transport() -> httpx.AsyncBaseTransport:
    """A transport of its own for one URL."""
    return httpx.AsyncHTTPTransport(verify=_certificates())


@cache
def _certificates() -> ssl.SSLContext:
    # Reading the certificates takes longer than many an answer.
    return httpx.create_ssl_context(trust_env=False)


class Opener:
    """Opens URLs. It keeps no connections and no cookies between them."""

    def __init__(
        self,
        walls: Walls,
        resolver: Resolver = resolve,
        transport: Callable[[], httpx.AsyncBaseTransport] = make_transport,
    ) -> None:
        self._walls = walls
        self._resolve = resolver
        self._transport = transport

    @asynccontextmanager
    async def open(self, url: str, headers: Mapping[str, str], *, follow: bool = True) -> AsyncIterator[httpx.Response]:
        """What `url` answers to a GET, its body unread. It may be a refusal: see `require_content`.

        Without `follow` a redirect is answered as it is, for whoever wants to think about it first.

        Raises BadUrl for a URL that is not fetched, FetchFailed for a server that is away or silent, also while the body is read.
        """
        try:
            # trust_env=False: a proxy would resolve the name again, behind the walls. One transport a URL, so that no
            # connection to an address that was checked for one host name is used for another. Bytes are wanted as they lie on
            # the server: what is compressed nevertheless is not unfolded, so no bomb ever is.
            async with httpx.AsyncClient(
                transport=self._transport(),
                trust_env=False,
                headers={"User-Agent": "packshot", "Accept-Encoding": "identity", **headers},
                timeout=self._walls.timeout_s,
            ) as client:
                answer = await (self._follow(client, url) if follow else self._first(client, url))
                try:
                    yield answer
                finally:
                    await answer.aclose()
        except httpx.TransportError as error:
            raise FetchFailed(f"{shown(url)} could not be fetched: {error or type(error).__name__}.") from error

    async def _first(self, client: httpx.AsyncClient, url: str) -> httpx.Response:
        return await client.send(await self._request(client, _parse(url)), stream=True)

    async def _follow(self, client: httpx.AsyncClient, url: str) -> httpx.Response:
        where = _parse(url)
        for _ in range(self._walls.redirects + 1):
            answer = await client.send(await self._request(client, where), stream=True)
            if answer.status_code not in _REDIRECTS:
                return answer
            await answer.aclose()
            where = where.join(_parse_location(answer, where))
        raise BadUrl(f"{shown(url)} redirects more than {self._walls.redirects} times; give the final address.")

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
            if not is_allowed(address, private=self._walls.allow_private):
                raise BadUrl(f"{shown(where)} leads to {address}, which is not a public address. {self._walls.instead}")
        if not addresses:
            raise FetchFailed(f"The host {where.host!r} has no address.")
        return str(addresses[0])

    def _checked_port(self, where: httpx.URL) -> int:
        if where.scheme not in {"http", "https"} or not where.host:
            raise BadUrl(f"{shown(where)} is not an http or https address.")
        if where.userinfo:
            raise BadUrl(f"{shown(where)} carries a user name or password; {self._walls.what} are fetched without.")
        port = where.port or {"http": 80, "https": 443}[where.scheme]
        if port not in self._walls.ports and not self._walls.allow_private:
            allowed = ", ".join(str(each) for each in self._walls.ports)
            raise BadUrl(f"{shown(where)} names port {port}; {self._walls.what} are fetched from ports {allowed}.")
        return port


def require_content(answer: httpx.Response, url: str, *also: int) -> None:
    """Raises FetchFailed for a server that is busy, BadUrl for any other status than 200 and `also`."""
    if answer.status_code in _AGAIN:
        raise FetchFailed(f"{shown(url)} answered {answer.status_code}.")
    if answer.status_code not in (200, *also):
        raise BadUrl(f"{shown(url)} answered {answer.status_code}; check that anybody can open it.")


def shown(url: str | httpx.URL) -> str:
    """A URL as people may see it: without password and query, which can hold a key."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return repr(str(url)[:200])
    return str(parsed.copy_with(userinfo=b"", query=None, fragment=None))[:200]


def _parse(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise BadUrl(f"{url[:200]!r} is not a URL: {error}.") from error


def _parse_location(answer: httpx.Response, where: httpx.URL) -> httpx.URL:
    location = answer.headers.get("location")
    if not location:
        raise BadUrl(f"{shown(where)} redirects to nowhere.")
    return _parse(location)
