"""The pictures of a data set there is, with all that is known of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from packshot.contracts.collecting import FromDataSet, Rejection
from packshot.contracts.dataset import Item
from packshot.datasets.register import find_version, read_manifest
from packshot.errors import ArtifactDamaged, ArtifactMissing, BadPhoto
from packshot.store.protocol import ArtifactStore
from packshot_collect.facts import LeftOut, Pinned, Taken
from packshot_collect.gathering import Gathering, side_by_side


class DataSet:
    """A version of a data set: the one that was the newest when the collection began, where none is named."""

    def __init__(self, order: FromDataSet, store: ArtifactStore, *, look: bool) -> None:
        self._order = order
        self._store = store
        self._look = look

    async def gather(self, work: Gathering) -> bool:
        """See Source."""
        if work.state.pinned is None:
            work.add(Pinned(digest=(await find_version(self._store, self._order.reference)).digest))
            await work.journal.flush()
        assert work.state.pinned is not None
        items = (await read_manifest(self._store, work.state.pinned)).items

        async def each() -> AsyncIterator[tuple[str, Item]]:
            for index, item in enumerate(items):
                key = f"{index:07}"
                work.counts = work.counts.model_copy(update={"waiting": len(items) - index})
                if not work.state.knows(key):
                    yield key, item

        async def one(known: tuple[str, Item]) -> None:
            key, item = known
            if not self._look:
                work.add(Taken(key=key, item=item))
                return
            try:
                seen = await work.eyes.look(await self._store.get(item.picture))
                work.add(Taken(key=key, item=item, look=seen.look))
            except (BadPhoto, ArtifactMissing, ArtifactDamaged) as error:
                rejection = Rejection(source=item.source or item.picture.digest, code="broken", reason=str(error))
                work.add(LeftOut(key=key, rejection=rejection))

        return await side_by_side(each(), one, 2 * work.eyes.processes, work.over)
