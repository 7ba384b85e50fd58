"""Grey pictures and their labels in a pair of IDX files, as MNIST and Fashion-MNIST come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import cv2

from packshot.contracts.collecting import ImportIdx
from packshot.datasets.idx import Bytes, read_idx
from packshot.errors import BadParameters
from packshot_collect.gathering import Found, Gathering, side_by_side
from packshot_collect.settings import CollectSettings
from packshot_collect.sources.folder import allowed


class Idx:
    """A pair of files. Raises BadParameters for one that may not be read, or that is none."""

    def __init__(self, order: ImportIdx, settings: CollectSettings, *, look: bool) -> None:
        self._order = order
        self._look = look
        for path in (order.path, order.labels):
            allowed(Path(path).parent, settings)

    async def gather(self, work: Gathering) -> bool:
        """See Source."""
        pictures, categories = await asyncio.to_thread(self._read)
        waiting = [number for number in range(len(pictures)) if not work.state.knows(_key(number))]

        async def each() -> AsyncIterator[int]:
            for index, number in enumerate(waiting):
                if work.full:
                    return
                work.counts = work.counts.model_copy(update={"waiting": len(waiting) - index})
                yield number

        async def one(number: int) -> None:
            content = cv2.imencode(".png", pictures[number])[1].tobytes()
            found = self._found(number, categories[number])
            if self._look:
                await work.take(found, content)
            else:
                await work.take_own(found, content, (pictures.shape[2], pictures.shape[1]))

        return await side_by_side(each(), one, 2 * work.eyes.processes, work.over)

    def _read(self) -> tuple[Bytes, list[str]]:
        pictures, labels = read_idx(Path(self._order.path), 3), read_idx(Path(self._order.labels), 1)
        if len(pictures) != len(labels):
            raise BadParameters(f"There are {len(pictures):,} pictures and {len(labels):,} labels: these files are no pair.")
        names = self._order.classes
        if names and len(labels) and int(labels.max()) >= len(names):
            raise BadParameters(f"There is a label {labels.max()}, and names for 0 to {len(names) - 1} only.")
        return pictures, [names[label] if names else str(label) for label in labels]

    def _found(self, number: int, category: str) -> Found:
        key = _key(number)
        source = f"{Path(self._order.path).name}#{number}"
        return Found(key=key, source=source, product=key, category=self._order.category or category, licence=self._order.licence)


def _key(number: int) -> str:
    return f"{number:07}"
