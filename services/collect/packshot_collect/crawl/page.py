"""What a web page links to and shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from packshot_collect.crawl.urls import address

MOST_LINKS = 2000
"""Of one page; a page with more is a list made by a machine."""
_CANDIDATE = re.compile(r"\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
_ASIDE = {"nofollow"}
_NO_PICTURES = {"noindex", "noimageindex", "noai", "noimageai", "none"}
_NO_LINKS = {"nofollow", "none"}
_SHARED = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")


@dataclass(frozen=True)
class Page:
    """A page, read. All addresses are in the form of urls.address, each once."""

    links: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    canonical: str | None = None
    """Where the page says that it is itself."""


def read_page(content: bytes, url: str, said: str = "") -> Page:
    """Read HTML. `said` is the header X-Robots-Tag; the page's own wishes (meta robots, rel=nofollow) are kept too."""
    tree = LexborHTMLParser(content)
    base = url
    if (node := tree.css_first("base[href]")) is not None:
        base = address(_of(node, "href"), url) or url
    wishes = _wishes(tree, said)
    links = [] if wishes & _NO_LINKS else _addresses(_links(tree), base)
    pictures = [] if wishes & _NO_PICTURES else _addresses(_pictures(tree), base)
    node = tree.css_first("link[rel=canonical][href]")
    canonical = None if node is None else address(_of(node, "href"), base)
    return Page(tuple(links[:MOST_LINKS]), tuple(pictures[:MOST_LINKS]), canonical)


def best_of(srcset: str) -> str | None:
    """The largest picture of a `srcset` (HTML Living Standard, 4.8.4.2.1)."""
    found = [(float(size or 1), url) for url, size, _ in _CANDIDATE.findall(srcset) if not url.startswith("data:")]
    return max(found, key=lambda each: each[0])[1] if found else None


def _addresses(written: Iterable[str], base: str) -> list[str]:
    found = (
        address(each, base) for each in written if each and not each.startswith(("data:", "javascript:", "mailto:", "tel:", "#"))
    )
    return list(dict.fromkeys(url for url in found if url is not None))


def _wishes(tree: LexborHTMLParser, said: str) -> set[str]:
    written = [said] + [_of(node, "content") for node in tree.css("meta[name=robots], meta[name=packshot]")]
    return {word.strip().lower() for words in written for word in words.split(",")}


def _links(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("a[href], area[href], link[rel=next][href], iframe[src]"):
        if not _ASIDE & set(_of(node, "rel").lower().split()):
            yield _of(node, "href") or _of(node, "src")


def _pictures(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("img"):
        yield _picture_of(node)
    for node in tree.css("meta[property], meta[name]"):
        if (_of(node, "property") or _of(node, "name")).lower() in _SHARED:
            yield _of(node, "content")
    for node in tree.css("link[rel=image_src][href]"):
        yield _of(node, "href")
    for node in tree.css("video[poster]"):
        yield _of(node, "poster")
    for node in tree.css('script[type="application/ld+json"]'):
        yield from _described(node.text(deep=True))


def _picture_of(node: LexborNode) -> str:
    """The best of what an <img> and the <picture> around it offer."""
    offers = [_of(node, "srcset"), _of(node, "data-srcset")]
    parent = node.parent
    if parent is not None and parent.tag == "picture":
        offers += [_of(source, "srcset") for source in parent.css("source[srcset]")]
    for offer in offers:
        if (best := best_of(offer)) is not None:
            return best
    plain = _of(node, "src")
    lazy = _of(node, "data-src") or _of(node, "data-original") or _of(node, "data-lazy-src")
    return lazy or plain


def _described(text: str) -> Iterator[str]:
    """Pictures of schema.org's JSON-LD."""
    try:
        yield from _images(json.loads(text))
    except (ValueError, RecursionError):
        return


def _images(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _images(each)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in ("image", "contentUrl", "thumbnailUrl"):
                yield from (each for each in (inner if isinstance(inner, list) else [inner]) if isinstance(each, str))
            if isinstance(inner, dict | list):
                yield from _images(inner)


def _of(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
