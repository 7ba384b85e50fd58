"""What a crawl has found out about pages and hosts."""

from __future__ import annotations

from typing import Literal

from packshot.contracts.model import Contract


class Visited(Contract):
    """An address that was asked, and what is behind it."""

    fact: Literal["visited"] = "visited"
    key: str
    url: str
    depth: int
    page: str = ""
    """For a picture: the page that shows it."""
    read: bool = False
    """Whether it was a web page, and it was read."""
    links: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    location: str = ""
    """Where it redirects to."""
    hops: int = 0
    """Redirects that led here."""
    etag: str = ""
    modified: str = ""
    size: int = 0
    refused: str = ""
    """Why nothing came of it, for people."""


class HostRules(Contract):
    """A host's robots.txt (RFC 9309)."""

    fact: Literal["host-rules"] = "host-rules"
    origin: str
    text: str = ""
    unreachable: bool = False
    """Then nothing may be fetched (RFC 9309, 2.3.1.4)."""
    read_at: float
    """Seconds of the epoch."""


class HostPaused(Contract):
    """A host that wants to be left alone for a while."""

    fact: Literal["host-paused"] = "host-paused"
    host: str
    until: float
    """Seconds of the epoch."""
