"""Sitemaps: lists of a site's pages and pictures (sitemaps.org, and Google's extension for pictures)."""

from __future__ import annotations

import html
import re
import zlib
from dataclasses import dataclass

MOST_BYTES = 50 << 20
"""As the protocol allows, unpacked."""
MOST_ADDRESSES = 50_000
# Read by the eye and not by an XML parser: nothing but these elements counts, and a broken file gives what it has.
_PLACE = re.compile(rb"<(image:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>)?\s*</(?:image:)?loc>", re.IGNORECASE)


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap names."""

    pages: tuple[str, ...] = ()
    """Pages, and further sitemaps."""
    pictures: tuple[str, ...] = ()


def is_sitemap(content: bytes) -> bool:
    """Whether this is a sitemap or an index of some, packed or not."""
    head = unpacked(content[:4096])[:4096]
    return b"<urlset" in head or b"<sitemapindex" in head


def read_sitemap(content: bytes) -> Sitemap:
    """Read it; of a broken one, what can be read."""
    found = _PLACE.findall(unpacked(content))[:MOST_ADDRESSES]
    named = [(bool(image), html.unescape(url.decode("utf-8", "replace"))) for image, url in found]
    return Sitemap(tuple(url for image, url in named if not image), tuple(url for image, url in named if image))


def unpacked(content: bytes) -> bytes:
    """`content` without gzip, up to MOST_BYTES; what is not packed as it is."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return zlib.decompressobj(wbits=31).decompress(content, MOST_BYTES)
    except zlib.error:
        return b""
