"""Web addresses: one form for each, and those that lead into a maze."""

from __future__ import annotations

import re
from itertools import groupby
from urllib.parse import parse_qsl, urlencode, urljoin

import httpx

MOST_LETTERS = 2000
_MOST_SEGMENTS = 20
_MOST_REPEATS = 3
_SAYS_NOTHING = re.compile(
    r"(utm_\w+|gclid|fbclid|msclkid|dclid|yclid|mc_[ce]id|_ga|phpsessid|jsessionid|sessionid|sid|aspsessionid\w*)", re.IGNORECASE
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)


def address(written: str, base: str = "") -> str | None:
    """The address that a page at `base` means by `written`, in one form; None for what is no http address or leads nowhere.

    Without fragment, default port, and parameters that only follow visitors; in the form of RFC 3986, section 6.2.
    """
    joined = urljoin(base, written.strip())
    if len(joined) > MOST_LETTERS:
        return None
    try:
        url = httpx.URL(_SESSION.sub("", joined)).copy_with(fragment=None)
    except httpx.InvalidURL:
        return None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        return None
    if url.query:
        told = [(name, value) for name, value in parse_qsl(url.query.decode("ascii"), keep_blank_values=True)]
        kept = [pair for pair in told if not _SAYS_NOTHING.fullmatch(pair[0])]
        if len(kept) < len(told):
            url = url.copy_with(query=urlencode(kept).encode() or None)
    return str(url)


def key_of(url: str) -> str:
    """What two addresses share that name the same thing: the order of their parameters means nothing."""
    parsed = httpx.URL(url)
    if not parsed.query:
        return url
    return str(parsed.copy_with(query="&".join(sorted(parsed.query.decode("ascii").split("&"))).encode()))


def host_of(url: str) -> str:
    """Host and port, as `example.com:8080`."""
    return httpx.URL(url).netloc.decode("ascii")


def origin_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt is about."""
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"


def path_of(url: str) -> str:
    """Host and path: what addresses share that differ in their parameters alone."""
    return url.partition("?")[0]


def is_maze(url: str) -> bool:
    """Whether a path goes round in circles (`/a/b/a/b/a/b/…`) or down without end."""
    segments = [part for part in httpx.URL(url).path.split("/") if part]
    if len(segments) > _MOST_SEGMENTS:
        return True
    return any(
        sum(1 for _ in run) > _MOST_REPEATS
        for length in (1, 2, 3)
        for start in range(length)
        for _, run in groupby(tuple(segments[at : at + length]) for at in range(start, len(segments) - length + 1, length))
    )
