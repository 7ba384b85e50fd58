"""What a crawl knows of and has not asked yet. All of it follows from what was visited, so that it outlives the process."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from packshot.contracts.collecting import Crawl
from packshot_collect.crawl.facts import Visited
from packshot_collect.crawl.urls import host_of, is_maze, key_of, path_of

MOST_HOPS = 5
_MOST_QUERIES = 200
"""Addresses of one path that differ in their parameters: filters and calendars have thousands."""


@dataclass(frozen=True)
class Target:
    """An address to ask."""

    url: str
    key: str
    depth: int
    page: str = ""
    """For a picture: the page that shows it."""
    hops: int = 0
    """Redirects that led here."""


class Frontier:
    """Addresses by host, each once, in the order in which they were found."""

    def __init__(self, order: Crawl, seeds: Iterable[str], decided: Iterable[str] = ()) -> None:
        """`decided` are the keys of what need not be asked for."""
        self._order = order
        self._known = set(decided)
        self._queries: Counter[str] = Counter()
        self._waiting: dict[str, deque[Target]] = defaultdict(deque)
        self._hosts: set[str] = set()
        self.pages = 0
        """Read so far."""
        for url in seeds:
            self._hosts.add(host_of(url))
            self.offer(url, 0)

    def __len__(self) -> int:
        return sum(len(targets) for targets in self._waiting.values())

    def offer(self, url: str, depth: int, page: str = "", hops: int = 0) -> None:
        """Note an address, unless it is known, lies elsewhere, or leads into a maze."""
        key = key_of(url)
        if key in self._known or is_maze(url) or (not page and not self._may_read(url)):
            return
        path = path_of(url)
        if path != url:
            self._queries[path] += 1
            if self._queries[path] > _MOST_QUERIES:
                return
        self._known.add(key)
        self._waiting[host_of(url)].append(Target(url, key, depth, page, hops))

    def visited(self, fact: Visited) -> None:
        """Note what a visit has found."""
        self._known.add(fact.key)
        self.pages += fact.read
        if fact.location and fact.hops < MOST_HOPS:
            if not fact.page and fact.depth == 0:
                # example.com is www.example.com.
                self._hosts.add(host_of(fact.location))
            self.offer(fact.location, fact.depth, fact.page, fact.hops + 1)
        for url in fact.pictures:
            self.offer(url, fact.depth, fact.url)
        if fact.depth < self._order.depth:
            for url in fact.links:
                self.offer(url, fact.depth + 1)

    def take(self, ready: Callable[[str], bool]) -> Target | None:
        """The next address of a host that is `ready`; None where none is."""
        for host in list(self._waiting):
            if not self._waiting[host]:
                del self._waiting[host]
            elif ready(host):
                # To the end of the line of hosts.
                targets = self._waiting.pop(host)
                self._waiting[host] = targets
                return targets.popleft()
        return None

    def drop_pages(self) -> None:
        """Enough pages were read: only pictures are still asked for."""
        for host, targets in self._waiting.items():
            self._waiting[host] = deque(target for target in targets if target.page)

    def put_back(self, target: Target) -> None:
        """Ask again, first of its host."""
        self._waiting[host_of(target.url)].appendleft(target)

    def hosts(self) -> list[str]:
        """Hosts with addresses that wait."""
        return [host for host, targets in self._waiting.items() if targets]

    def _may_read(self, url: str) -> bool:
        return self._order.within == "anywhere" or host_of(url) in self._hosts
