"""The checkpoints of trainings in the object store: the last two of each that goes on, and none of one that has ended.

Each is noted before it is stored, so that none stays behind, whatever dies when. Their bytes are a training's own: they hold how
many seconds it took, so that no two trainings share one.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from packshot.contracts.artifact import ArtifactRef
from packshot.plugin.models.folder import digest_of_file
from packshot.store.protocol import ArtifactStore

MEDIA_TYPE = "application/vnd.packshot.checkpoint"


async def store_checkpoint(store: ArtifactStore, training: str, leg: int, path: Path) -> ArtifactRef:
    """Store what leg number `leg` leaves to the next."""
    digest = await asyncio.to_thread(digest_of_file, path)
    await store.put_entry(f"{_folder(training)}/{leg:06}-{digest}", b"{}")
    return await store.put_file(path, MEDIA_TYPE)


async def forget_checkpoints(store: ArtifactStore, training: str, before: int | None = None) -> None:
    """Delete the checkpoints of legs before number `before`, or all of them."""
    for name in await store.entries(_folder(training)):
        leg, _, digest = name.rpartition("/")[2].partition("-")
        if before is None or int(leg) < before:
            await store.delete(digest)
            await store.delete_entry(name)


def _folder(training: str) -> str:
    return f"checkpoints/{training}"
