"""kill -9 in the middle of a crawl: the whole system dies, and the next one goes on where it was."""

import asyncio
from collections import Counter
from urllib.parse import urlsplit

from tests.system import EmbeddedSystem

from packshot.store.filesystem import FilesystemStore
from packshot_collect.journal import Journal

from .scenes import jpeg, scene
from .site import page, picture, serving

PAGES = 40
SETTINGS = {
    "PACKSHOT_PLUGINS": "none",
    "PACKSHOT_HOST_PROCESSES": "1",
    "PACKSHOT_COLLECT_ALLOW_PRIVATE": "true",
    "PACKSHOT_COLLECT_CONTACT": "owner@example.com",
    "PACKSHOT_COLLECT_DELAY_S": "0.02",
    "PACKSHOT_COLLECT_FLUSH_S": "0.3",
    "PACKSHOT_COLLECT_PROCESSES": "1",
}


def site_pages():
    links = {f"/{n}": page(f"/{n + 1}", f"/{n + 2}", pictures=[f"/{n}.jpg"]) for n in range(PAGES)}
    return links | {f"/{n}.jpg": picture(jpeg(scene(n))) for n in range(PAGES)}


async def test_a_crawl_outlives_its_process(tmp_path):
    async with serving(site_pages()) as site:
        source = {"kind": "crawl", "urls": [site.url("/0")], "licence": "own", "depth": 20}
        system = EmbeddedSystem(tmp_path, SETTINGS)
        await asyncio.to_thread(system.__enter__)
        try:
            answer = await asyncio.to_thread(lambda: system.http.post("/v1/datasets", json={"name": "shop", "source": source}))
            collection = answer.json()["id"]
            async with asyncio.timeout(120):
                while len(site.requests) <= PAGES:
                    site.news.clear()
                    await site.news.wait()
            told = await asyncio.to_thread(lambda: system.http.get(f"/v1/collections/{collection}").json()["counts"]["pictures"])
            await asyncio.to_thread(system.kill, "up")
            before = [request.path for request in site.requests]
            written = await written_down(tmp_path / "home" / "store", collection)
            await asyncio.to_thread(system.spawn, "up", ["up", "--port", str(system.port)])
            await asyncio.to_thread(system.wait_ready)
            view = await ended(system, collection)
        finally:
            await asyncio.to_thread(system.__exit__, None, None, None)
    assert view["state"] == "finished", view
    assert told < view["counts"]["pictures"] == PAGES
    assert len(before) < 2 * PAGES
    twice = {path for path, count in Counter(request.path for request in site.requests).items() if count > 1}
    assert written
    assert twice.isdisjoint(written), twice & written
    assert len(twice) < len(before) / 2


async def written_down(store, collection):
    """The paths of pages and pictures that the journal knew when the process died."""
    journal = Journal(FilesystemStore(store), collection)
    await journal.read()
    pages = (visited.url for visited in journal.state.visited.values() if visited.read)
    return {urlsplit(address).path for address in (*journal.state.taken, *pages)}


async def ended(system, collection):
    async with asyncio.timeout(120):
        while True:
            view = await asyncio.to_thread(lambda: system.http.get(f"/v1/collections/{collection}").json())
            if view["state"] in ("finished", "failed", "cancelled"):
                return view
            await asyncio.sleep(0.3)
