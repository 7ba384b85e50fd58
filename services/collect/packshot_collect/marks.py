"""What is written down about a collection as a whole: who is at it, whether it was cancelled, how it ended."""

from __future__ import annotations

from packshot.contracts.ids import new_id
from packshot.contracts.messages import CollectCancelled, CollectFailed, CollectFinished
from packshot.store.protocol import ArtifactStore

End = CollectFinished | CollectFailed | CollectCancelled
_END: dict[str, type[End]] = {kind.type: kind for kind in (CollectFinished, CollectFailed, CollectCancelled)}


class Marks:
    """Entries under `collecting/<id>/`."""

    def __init__(self, store: ArtifactStore, collection: str) -> None:
        self._store = store
        self._holder = f"collecting/{collection}/holder"
        self._end = f"collecting/{collection}/end"
        self._me = new_id().encode()

    async def hold(self) -> None:
        """From now on it is this leg that goes on. Whoever held it notices within a few seconds."""
        await self._store.put_entry(self._holder, self._me)

    async def held(self) -> bool:
        """Whether this leg is still the one that goes on."""
        return not await self.ended() and await self._store.get_entry(self._holder) == self._me

    async def ended(self) -> bool:
        """Whether it has ended."""
        return await self._store.get_entry(self._end) is not None

    async def set_end(self, end: End) -> None:
        """It has ended, unless it had before."""
        if not await self.ended():
            await self._store.put_entry(self._end, end.type.encode() + b"\n" + end.model_dump_json().encode())

    async def end(self) -> End | None:
        """How it ended; None while it goes on."""
        written = await self._store.get_entry(self._end)
        if written is None:
            return None
        kind, _, body = written.partition(b"\n")
        return _END[kind.decode()].model_validate_json(body)
