"""A crawl: whichever host is free is asked for its next address, until nothing is left or enough was taken."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from packshot.contracts.collecting import Crawl
from packshot.errors import BadUrl
from packshot.store.protocol import ArtifactStore
from packshot_collect.crawl.fetch import Fetcher
from packshot_collect.crawl.frontier import Frontier, Target
from packshot_collect.crawl.hosts import Hosts
from packshot_collect.crawl.memory import Memory, Seen
from packshot_collect.crawl.urls import address, host_of
from packshot_collect.crawl.visit import Visits
from packshot_collect.gathering import Gathering
from packshot_collect.settings import CollectSettings

_LOOK_AGAIN_S = 0.5


class Crawler:
    """Pictures of web pages."""

    def __init__(self, order: Crawl, name: str, started: datetime, store: ArtifactStore, settings: CollectSettings) -> None:
        self._order = order
        self._ends_at = started + timedelta(minutes=order.minutes)
        self._at_once = settings.collect_hosts_at_once
        self._hosts = Hosts(settings.collect_delay_s)
        self._memory = Memory(store, name)
        self._fetcher = Fetcher(settings)
        self._running: set[asyncio.Task[None]] = set()

    async def gather(self, work: Gathering) -> bool:
        """See Source."""
        await self._memory.read()
        state = work.state
        self._frontier = Frontier(self._order, _seeds(self._order), (*state.visited, *state.taken, *state.left_out))
        self._visits = Visits(
            work, self._order, fetcher=self._fetcher, hosts=self._hosts, frontier=self._frontier, memory=self._memory
        )
        self._go_on(work)
        try:
            done = await self._crawl(work)
        finally:
            # What was asked for is waited for: it is bounded in time, and need not be asked for again.
            await asyncio.gather(*self._running)
        if done:
            self._check(work)
            await self._memory.write(_seen(work))
        return done

    def _go_on(self, work: Gathering) -> None:
        """From where the last leg, or a process that was killed, came to."""
        for said in work.state.rules.values():
            self._visits.offer_sitemaps(said)
        for fact in work.state.visited.values():
            self._frontier.visited(fact)
        for paused in work.state.paused.values():
            self._hosts.pause(paused.host, paused.until)

    async def _crawl(self, work: Gathering) -> bool:
        while not work.over():
            if enough := self._enough(work):
                work.note = enough
                return True
            if self._frontier.pages >= self._order.pages:
                self._frontier.drop_pages()
                work.note = f"{self._order.pages} pages were read, as many as were asked for."
            work.counts = work.counts.model_copy(update={"waiting": len(self._frontier) + len(self._running)})
            target = self._frontier.take(self._hosts.ready) if len(self._running) < self._at_once else None
            if target is not None:
                self._begin(target)
            elif self._running or len(self._frontier):
                await self._wait()
            else:
                return True
        return False

    def _begin(self, target: Target) -> None:
        # At once, so that nothing else is begun at this host.
        self._hosts.begin(host_of(target.url))
        task = asyncio.create_task(self._visits.visit(target))
        self._running.add(task)

    async def _wait(self) -> None:
        """Until a host may be asked, or has answered."""
        pause = min(_LOOK_AGAIN_S, self._hosts.wait_s(self._frontier.hosts()))
        if not self._running:
            await asyncio.sleep(pause)
            return
        done, self._running = await asyncio.wait(self._running, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    def _enough(self, work: Gathering) -> str:
        """Why the crawl ends though more is known; empty while it goes on."""
        if work.full:
            return f"{self._order.most} pictures were taken, as many as were asked for."
        if self._visits.bytes > self._order.megabytes << 20:
            return f"{self._order.megabytes} MB were read, as many as were asked for."
        if datetime.now(UTC) > self._ends_at:
            return f"{self._order.minutes:g} minutes have passed, as many as were asked for."
        return ""

    def _check(self, work: Gathering) -> None:
        """Raises BadUrl where not one page could be read."""
        visited = work.state.visited.values()
        if work.state.taken or any(fact.read for fact in visited):
            return
        reasons = [fact.refused for fact in visited if fact.refused] or ["They lead to nothing that packshot reads."]
        raise BadUrl(f"No page of {', '.join(self._order.urls[:3])} could be read. {reasons[0]}")


def _seeds(order: Crawl) -> Iterator[str]:
    for written in order.urls:
        url = address(written if "://" in written else f"https://{written}")
        if url is None:
            raise BadUrl(f"{written[:200]!r} is not a web address.")
        yield url


def _seen(work: Gathering) -> Iterator[Seen]:
    for key, fact in work.state.visited.items():
        taken = work.state.taken.get(key)
        yield Seen(visited=fact, item=taken.item if taken else None, look=taken.look if taken else None)
