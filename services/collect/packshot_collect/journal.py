"""The facts of a collection in the object store, so that kill -9 costs only those of the last moments.

Each chunk is an entry of its own under `collecting/<id>/journal/`, named by the time it was written, so that two services that
are at the same collection for a moment overwrite nothing of each other's. What a leg wrote becomes one chunk at its end.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from packshot.contracts.ids import new_id
from packshot.store.protocol import ArtifactStore
from packshot_collect.facts import FACTS, Fact, State


class Journal:
    """What was found, and what of it was not yet written down."""

    def __init__(self, store: ArtifactStore, collection: str) -> None:
        self.state = State()
        self._store = store
        self._folder = f"collecting/{collection}"
        self._new: list[Fact] = []
        self._of_leg: list[Fact] = []
        self._chunks: list[str] = []
        """What this leg wrote."""

    async def read(self) -> None:
        """Take in what was written down."""
        for name in await self._store.entries(f"{self._folder}/journal"):
            for fact in _read(await self._store.get_entry(name) or b""):
                self.state.add(fact)

    def add(self, fact: Fact) -> bool:
        """Take a fact in, to be written at the next flush; False if it was known."""
        new = self.state.add(fact)
        if new:
            self._new.append(fact)
        return new

    async def flush(self) -> None:
        """Write down what is new."""
        if not self._new:
            return
        taken, self._new = self._new, []
        name = f"{self._folder}/journal/{new_id()}"
        try:
            await self._store.put_entry(name, _written(taken))
        except BaseException:
            self._new = taken + self._new
            raise
        self._of_leg += taken
        self._chunks.append(name)

    async def fold(self) -> None:
        """Put what this leg wrote into one chunk."""
        await self.flush()
        if len(self._chunks) > 1:
            await self._store.put_entry(f"{self._folder}/journal/{new_id()}", _written(self._of_leg))
            for name in self._chunks:
                await self._store.delete_entry(name)
        self._chunks, self._of_leg = [], []

    async def forget(self) -> None:
        """Clear away what a collection that has ended wrote."""
        for name in await self._store.entries(f"{self._folder}/journal"):
            await self._store.delete_entry(name)


def _written(facts: Iterable[Fact]) -> bytes:
    return b"\n".join(fact.model_dump_json().encode() for fact in facts)


def _read(chunk: bytes) -> Iterable[Fact]:
    for line in chunk.splitlines():
        try:
            yield FACTS.validate_json(line)
        except ValidationError:
            # A newer service wrote it while both run side by side; what it says is found again.
            continue
