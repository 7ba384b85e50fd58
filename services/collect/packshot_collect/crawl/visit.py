"""One visit: the host's rules, the request, and what to make of the answer."""

from __future__ import annotations

import asyncio
import time

from packshot.contracts.collecting import Crawl
from packshot.errors import BadUrl
from packshot_collect.crawl.facts import HostPaused, HostRules, Visited
from packshot_collect.crawl.fetch import Answer, Busy, Fetcher
from packshot_collect.crawl.frontier import MOST_HOPS, Frontier, Target
from packshot_collect.crawl.hosts import Hosts
from packshot_collect.crawl.memory import Memory, Seen
from packshot_collect.crawl.page import Page, read_page
from packshot_collect.crawl.robots import MOST_BYTES, Rules
from packshot_collect.crawl.sitemap import is_sitemap, read_sitemap
from packshot_collect.crawl.urls import address, host_of, key_of, origin_of
from packshot_collect.facts import Taken
from packshot_collect.gathering import Found, Gathering

_FORBIDDEN = "The site's robots.txt does not allow it."


class Visits:
    """Makes visits. An error of our own ends the crawl; one of the site's is noted."""

    def __init__(
        self, work: Gathering, order: Crawl, *, fetcher: Fetcher, hosts: Hosts, frontier: Frontier, memory: Memory
    ) -> None:
        self._order = order
        self._fetcher = fetcher
        self._hosts = hosts
        self._frontier = frontier
        self._memory = memory
        self._work = work
        self.bytes = sum(fact.size for fact in work.state.visited.values())
        """Read so far."""

    async def visit(self, target: Target) -> None:
        """Ask for an address, and note what came of it. The host is busy meanwhile."""
        host = host_of(target.url)
        wanted_s = 0.0
        try:
            if self._hosts.closed(host):
                self._refuse(target, "away", "Its host does not answer.")
                return
            known = self._known_rules(target)
            rules = known or await self._read_rules(target)
            wanted_s = rules.delay_s()
            if known is None:
                # That was this visit's request.
                self._frontier.put_back(target)
                return
            if not rules.allows(target.url):
                self._refuse(target, "away" if rules.said.unreachable else "forbidden", _reason(rules))
                return
            seen = self._memory.of(target.key)
            answer = await self._fetcher.get(target.url, seen.conditions() if seen else None)
            self.bytes += len(answer.content)
            self._hosts.answered(host)
            await self._take(target, answer, seen)
        except Busy as error:
            self._again(target, host, error)
        except BadUrl as error:
            self._refuse(target, "forbidden", str(error))
        finally:
            self._hosts.end(host, wanted_s)

    def _again(self, target: Target, host: str, error: Busy) -> None:
        pause = self._hosts.failed(host, target.key, error.after_s)
        if pause is None:
            self._refuse(target, "away", str(error))
            return
        until = time.time() + pause
        self._hosts.pause(host, until)
        self._work.add(HostPaused(host=host, until=until))
        self._frontier.put_back(target)

    def _known_rules(self, target: Target) -> Rules | None:
        said = self._work.state.rules.get(origin_of(target.url))
        if said is None or (rules := Rules(said)).stale(time.time()):
            return None
        return rules

    async def _read_rules(self, target: Target) -> Rules:
        """The rules of the target's host. Raises Busy while they may come yet."""
        origin = origin_of(target.url)
        said = HostRules(origin=origin, read_at=time.time())
        try:
            text = await self._robots(f"{origin}/robots.txt")
            said = said.model_copy(update={"text": text})
        except Busy as error:
            if self._hosts.failed(host_of(target.url), origin, error.after_s) is not None:
                raise
            said = said.model_copy(update={"unreachable": True})
        self._work.add(said)
        self.offer_sitemaps(said)
        return Rules(said)

    def offer_sitemaps(self, said: HostRules) -> None:
        """Note the sitemaps that a robots.txt names."""
        named = Rules(said).sitemaps() if self._order.sitemaps else []
        for written in named:
            if (url := address(written, said.origin)) is not None:
                self._frontier.offer(url, 0)

    async def _robots(self, url: str) -> str:
        """The text of a robots.txt; what cannot be had by the client's fault allows all (RFC 9309, 2.3.1.3)."""
        for _ in range(MOST_HOPS + 1):
            try:
                answer = await self._fetcher.get(url)
            except BadUrl:
                return ""
            if not answer.redirects:
                return answer.content[:MOST_BYTES].decode("utf-8", "replace") if answer.status == 200 else ""
            if not answer.location:
                return ""
            url = answer.location
        return ""

    async def _take(self, target: Target, answer: Answer, seen: Seen | None) -> None:
        if answer.status == 304 and seen is not None:
            self._take_unchanged(target, seen)
        elif answer.redirects:
            self._take_redirect(target, answer)
        elif answer.status != 200:
            self._refuse(target, "away", f"It answered {answer.status}.")
        elif answer.is_picture or target.page:
            await self._take_picture(target, answer)
        elif target.page == "":
            await self._take_page(target, answer)

    def _take_unchanged(self, target: Target, seen: Seen) -> None:
        self._note(
            target, seen.visited.model_copy(update={"url": target.url, "depth": target.depth, "page": target.page, "size": 0})
        )
        if seen.item is not None:
            item = seen.item.model_copy(update={"licence": self._order.licence, "category": self._order.category})
            self._work.add(Taken(key=target.key, item=item, look=seen.look))

    def _take_redirect(self, target: Target, answer: Answer) -> None:
        if not answer.location or target.hops >= MOST_HOPS:
            self._refuse(target, "away", f"It redirects more than {MOST_HOPS} times, or to nowhere.")
        elif target.page and self._work.state.knows(key_of(answer.location)):
            self._note(target, _visited(target, answer))
        else:
            self._note(target, _visited(target, answer, location=answer.location))

    async def _take_picture(self, target: Target, answer: Answer) -> None:
        found = self._found(target)
        await self._work.take(found, answer.content)
        self._note(target, _visited(target, answer))

    async def _take_page(self, target: Target, answer: Answer) -> None:
        if self._frontier.pages >= self._order.pages:
            return
        page = await asyncio.to_thread(_page, answer, target.url)
        twin = page.canonical is not None and page.canonical != target.url
        links = (page.canonical, *page.links) if twin and page.canonical else page.links
        self._note(target, _visited(target, answer, read=True, links=links, pictures=page.pictures))

    def _refuse(self, target: Target, code: str, reason: str) -> None:
        if target.page:
            self._work.leave_out(self._found(target), code, reason)
        self._note(target, Visited(key=target.key, url=target.url, depth=target.depth, page=target.page, refused=reason))

    def _note(self, target: Target, fact: Visited) -> None:
        fact = fact.model_copy(update={"key": target.key, "hops": target.hops})
        self._work.add(fact)
        self._frontier.visited(fact)

    def _found(self, target: Target) -> Found:
        return Found(target.key, target.url, target.page or target.url, self._order.category, self._order.licence)


def _page(answer: Answer, url: str) -> Page:
    if is_sitemap(answer.content):
        named = read_sitemap(answer.content)
        pages = (address(each, url) for each in named.pages)
        pictures = (address(each, url) for each in named.pictures)
        return Page(tuple(each for each in pages if each), tuple(each for each in pictures if each))
    return read_page(answer.content, url, answer.wishes)


def _visited(target: Target, answer: Answer, **more: object) -> Visited:
    told = {"etag": answer.etag, "modified": answer.modified, "size": len(answer.content), **more}
    return Visited(key=target.key, url=target.url, depth=target.depth, page=target.page).model_copy(update=told)


def _reason(rules: Rules) -> str:
    return "The site's robots.txt could not be read for now, so nothing is fetched." if rules.said.unreachable else _FORBIDDEN
