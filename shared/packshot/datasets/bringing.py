"""A data set's pictures on this machine: manifest and blobs, each in a file that its digest names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

from packshot.contracts.dataset import Item, Manifest
from packshot.store.protocol import ArtifactStore

_AT_A_TIME = 8


def blobs_in(home: Path) -> Path:
    """Where pictures of data sets lie in a home."""
    return home / "training" / "blobs"


async def bring_data(store: ArtifactStore, digest: str, folder: Path, told: Callable[[int, int], None]) -> None:
    """Bring a manifest and all that it names into `folder`; `told` hears how many are here, and of how many.

    Raises ArtifactMissing, ArtifactDamaged, StoreUnavailable, and pydantic's ValidationError for what is no manifest.
    """
    await _bring(store, digest, folder)
    manifest = Manifest.model_validate_json(await asyncio.to_thread((folder / digest).read_bytes))
    lacking = [one for one in sorted(set(_blobs(manifest))) if not (folder / one).is_file()]
    room, here = asyncio.Semaphore(_AT_A_TIME), 0

    async def bring(one: str) -> None:
        nonlocal here
        async with room:
            await _bring(store, one, folder)
        here += 1
        told(here, len(lacking))

    async with asyncio.TaskGroup() as group:
        for one in lacking:
            group.create_task(bring(one))


def _blobs(manifest: Manifest) -> Iterator[str]:
    for item in manifest.items:
        yield from _blobs_of(item)


def _blobs_of(item: Item) -> Iterator[str]:
    yield item.picture.digest
    yield from (plane.digest for plane in item.planes.values())
    yield from (label.mask.digest for label in item.labels if label.mask)


async def _bring(store: ArtifactStore, digest: str, folder: Path) -> None:
    target = folder / digest
    if target.is_file():
        return
    # The store compares what it reads with the digest; and nobody sees half a file.
    content = await store.get(digest)
    aside = folder / f".{digest}.coming"
    await asyncio.to_thread(aside.write_bytes, content)
    aside.replace(target)
