"""One GET of a crawl: bounded in time and size, never followed unseen, never into our own network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from packshot import __version__
from packshot.errors import BadPhoto, BadSettings, BadUrl, FetchFailed
from packshot.fetching import Opener, Walls, shown
from packshot.imaging.formats import format_of
from packshot_collect.crawl.urls import address
from packshot_collect.settings import CollectSettings

_REDIRECTS = {301, 302, 303, 307, 308}
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_HEAD = 4096


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content: bytes = b""
    whole: bool = True
    """False where it was larger than is read."""
    location: str = ""
    """Where it redirects to, in the form of urls.address; empty: nowhere."""
    etag: str = ""
    modified: str = ""
    wishes: str = ""
    """The header X-Robots-Tag."""
    is_picture: bool = False

    @property
    def redirects(self) -> bool:
        """Whether it points elsewhere."""
        return self.status in _REDIRECTS


class Busy(FetchFailed):
    """A host does not answer for now."""

    code = "busy"

    def __init__(self, message: str, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s
        """How long it asked to be left alone; None where it did not say."""


class Fetcher:
    """Asks. Raises BadSettings where nobody is named whom a site's owner could write to."""

    def __init__(self, settings: CollectSettings) -> None:
        if not settings.collect_contact:
            raise BadSettings(
                "A crawler says whose it is: set PACKSHOT_COLLECT_CONTACT to an address of mail or web "
                "at which site owners reach you."
            )
        self._agent = f"packshot/{__version__} (+{settings.collect_contact})"
        self._timeout_s = settings.collect_timeout_s
        self._most_picture = settings.max_photo_bytes
        self._most_page = settings.collect_page_mb << 20
        walls = Walls(
            what="pages",
            instead="It is left out.",
            timeout_s=settings.collect_timeout_s,
            allow_private=settings.collect_allow_private,
        )
        self._opener = Opener(walls)

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """What `url` answers: a picture, the beginning of anything else, a redirect, a refusal.

        Raises BadUrl for an address that is not fetched, Busy for a host that is away, slow, or wants to be left alone.
        """
        asked = {"User-Agent": self._agent, "Accept": "text/html,image/*;q=0.9,*/*;q=0.5", **(headers or {})}
        try:
            async with asyncio.timeout(self._timeout_s), self._opener.open(url, asked, follow=False) as answer:
                return await self._read(answer, url)
        except TimeoutError as error:
            raise Busy(f"{shown(url)} did not come within {self._timeout_s:g} seconds.") from error
        except Busy:
            raise
        except FetchFailed as error:
            raise Busy(str(error)) from error
        except (httpx.InvalidURL, httpx.HTTPError, UnicodeError) as error:
            raise BadUrl(f"{shown(url)} cannot be fetched: {error}.") from error

    async def _read(self, answer: httpx.Response, url: str) -> Answer:
        status, headers = answer.status_code, answer.headers
        if status in _AGAIN:
            raise Busy(f"{shown(url)} answered {status}.", _after(headers.get("retry-after", "")))
        if status in _REDIRECTS:
            return Answer(status, location=address(headers.get("location", ""), url) or "")
        if status != 200:
            return Answer(status)
        content, whole, is_picture = await self._take(answer)
        return Answer(
            status,
            content,
            whole,
            etag=headers.get("etag", "")[:500],
            modified=headers.get("last-modified", "")[:100],
            wishes=headers.get("x-robots-tag", ""),
            is_picture=is_picture,
        )

    async def _take(self, answer: httpx.Response) -> tuple[bytes, bool, bool]:
        """The content, whether it is whole, and whether its beginning is that of a picture."""
        taken, most, is_picture = bytearray(), self._most_picture, False
        async for chunk in answer.aiter_raw(1 << 16):
            decided = len(taken) >= _HEAD
            taken += chunk
            if not decided and len(taken) >= _HEAD:
                is_picture = _is_picture(taken)
                most = self._most_picture if is_picture else self._most_page
            if len(taken) > most:
                return bytes(taken[: most + 1]), False, is_picture
        return bytes(taken), True, _is_picture(taken)


def _is_picture(content: bytes | bytearray) -> bool:
    try:
        format_of(bytes(content[:_HEAD]))
    except BadPhoto:
        return False
    return True


def _after(written: str) -> float | None:
    """Seconds of a Retry-After (RFC 9110, 10.2.3)."""
    if written.strip().isdecimal():
        return float(written)
    try:
        when = parsedate_to_datetime(written)
    except (TypeError, ValueError):
        return None
    return max(0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - time.time())
