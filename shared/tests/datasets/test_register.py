from datetime import UTC, datetime

import pytest

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Manifest
from packshot.datasets.register import find_version, load_manifest, save_manifest, versions
from packshot.errors import UnknownName
from packshot.store.filesystem import FilesystemStore


@pytest.fixture
async def store(tmp_path):
    store = FilesystemStore(tmp_path)
    await store.open()
    return store


def manifest(name: str, day: int, *products: str) -> Manifest:
    picture = ArtifactRef(digest="ab" * 32, media_type="image/png", size=3)
    items = tuple(Item(picture=picture, width=4, height=5, product=product) for product in products)
    return Manifest(name=name, created=datetime(2026, 1, day, tzinfo=UTC), items=items)


async def test_the_newest_version_of_a_name_is_loaded_and_older_ones_by_digest(store):
    old = await save_manifest(store, manifest("mugs", 2, "a"))
    await save_manifest(store, manifest("mugs", 3, "a", "b"))
    await save_manifest(store, manifest("mugs-of-others", 4))
    assert len((await load_manifest(store, "mugs")).items) == 2
    assert await load_manifest(store, f"mugs@{old.digest[:8]}") == manifest("mugs", 2, "a")
    assert [version.created.day for version in await versions(store, "mugs")] == [2, 3]
    assert {version.name for version in await versions(store)} == {"mugs", "mugs-of-others"}


async def test_an_unknown_name_says_what_is_near(store):
    await save_manifest(store, manifest("mugs", 2))
    with pytest.raises(UnknownName, match="mugs"):
        await find_version(store, "mug")
    with pytest.raises(UnknownName, match="mugs@"):
        await find_version(store, "mugs@0000")
