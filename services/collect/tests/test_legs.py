"""A collection is a chain of legs: it outlives its process, is done by one at a time, and stops when asked to."""

import asyncio

from packshot.bus.topology import COLLECT
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import CollectCancelled, CollectFinished, CollectProgressed
from packshot_collect.eyes import Eyes
from packshot_collect.journal import Journal
from packshot_collect.look import see

from .conftest import Ground
from .scenes import jpeg, scene
from .test_folders import lay, order


def count_looks(monkeypatch):
    """Every look at a picture, by its bytes; each takes a moment, so that there is a middle."""
    looks = []

    async def look(self, content, mask=None):
        looks.append(content)
        await asyncio.sleep(0.02)
        return see(content, self._limits, mask)

    monkeypatch.setattr(Eyes, "look", look)
    return looks


async def test_legs_hand_on_until_all_is_done_and_nothing_is_done_twice(tmp_path, monkeypatch):
    looks = count_looks(monkeypatch)
    folder = lay(tmp_path / "in", {f"{n:02}.jpg": jpeg(scene(n)) for n in range(40)})
    ground = Ground(tmp_path, collect_leg_s=0.25)
    await ground.open()
    manifest, _ = await ground.collect(order(folder, clean={}))
    legs = {each.body(CollectProgressed).leg for each in ground.heard if each.type == CollectProgressed.type}
    assert len(legs) > 2
    assert len(manifest.items) == 40
    assert len(looks) == len(set(looks)) == 40
    # What it needed to go on is cleared away: how it ended is all that stays.
    (collection,) = {each.subject for each in ground.heard}
    left = await ground.store.entries(f"collecting/{collection}")
    assert sorted(name.rpartition("/")[2] for name in left) == ["end", "holder"]


async def test_a_killed_service_loses_only_what_was_not_written_down(ground, tmp_path, monkeypatch):
    looks = count_looks(monkeypatch)
    folder = lay(tmp_path / "in", {f"{n:02}.jpg": jpeg(scene(n)) for n in range(40)})
    async with ground.service():
        collection = await ground.send(order(folder))
        await ground.until(lambda: len(looks) >= 20)
    # As if killed: what the stopped service sent on is lost with the memory bus, and the gateway sends it anew.
    written = Journal(ground.store, collection)
    await written.read()
    known = len(written.state.taken)
    assert known >= 10
    await ground.bus.close()
    second = Ground(tmp_path)
    await second.open()
    async with second.service():
        await second.send(order(folder), id=collection)
        end = await second.ended(collection)
    assert isinstance(end, CollectFinished)
    assert end.summary.items == 40
    assert len(looks) <= 40 + 2


async def test_the_same_message_twice_makes_one_version(ground, tmp_path):
    folder = lay(tmp_path / "in", {f"{n}.jpg": jpeg(scene(n)) for n in range(4)})
    async with ground.service():
        collection = await ground.send(order(folder))
        first = await ground.ended(collection)
        ground.heard.clear()
        await ground.send(order(folder), id=collection)
        assert await ground.ended(collection) == first


async def test_two_at_the_same_collection_end_as_one(ground, tmp_path, monkeypatch):
    count_looks(monkeypatch)
    folder = lay(tmp_path / "in", {f"{n:02}.jpg": jpeg(scene(n)) for n in range(40)})
    async with ground.service():
        collection = await ground.send(order(folder))
        await ground.until(lambda: len(ground.heard) >= 3)
        await ground.send(order(folder), id=collection)
        end = await ground.ended(collection)
        await asyncio.sleep(0.5)
    assert end.summary.items == 40
    finished = [each for each in ground.heard if each.type == CollectFinished.type]
    assert len({each.id for each in finished}) == 1


async def test_a_cancelled_collection_makes_no_version(ground, tmp_path, monkeypatch):
    looks = count_looks(monkeypatch)
    folder = lay(tmp_path / "in", {f"{n:03}.jpg": jpeg(scene(n)) for n in range(120)})
    async with ground.service():
        collection = await ground.send(order(folder))
        await ground.until(lambda: len(looks) > 3)
        said = CollectCancelled(collection=collection)
        await ground.bus.publish(Envelope.of(said, source="test", subject=collection))
        seen = -1
        while len(looks) != seen:  # it looks fifty times a second
            seen = len(looks)
            await asyncio.sleep(0.5)
        assert seen < 120
        assert await ground.bus.depth(COLLECT) == 0
    assert await ground.store.entries("datasets") == []
    assert await ground.store.entries(f"collecting/{collection}/journal") == []
