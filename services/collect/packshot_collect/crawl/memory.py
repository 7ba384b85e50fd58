"""What the last crawl for a data set saw, so that the next one asks only for what has changed since (RFC 9110, 13)."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from packshot.contracts.dataset import Item
from packshot.contracts.model import Contract
from packshot.store.protocol import ArtifactStore
from packshot_collect.crawl.facts import Visited
from packshot_collect.look import Look


class Seen(Contract):
    """An address as it was last time."""

    visited: Visited
    item: Item | None = None
    """The picture that was taken from it."""
    look: Look | None = None

    def conditions(self) -> dict[str, str]:
        """Headers that ask for it only if it has changed."""
        told = {"If-None-Match": self.visited.etag, "If-Modified-Since": self.visited.modified}
        return {name: value for name, value in told.items() if value}


class Memory:
    """One entry of the store for each data set."""

    def __init__(self, store: ArtifactStore, name: str) -> None:
        self._store = store
        self._entry = f"crawled/{name}"
        self._seen: dict[str, Seen] = {}

    async def read(self) -> None:
        """What was last seen."""
        for line in (await self._store.get_entry(self._entry) or b"").splitlines():
            try:
                seen = Seen.model_validate_json(line)
            except ValidationError:
                continue
            self._seen[seen.visited.key] = seen

    def of(self, key: str) -> Seen | None:
        """An address as it was last time; None where it cannot be asked whether it has changed."""
        seen = self._seen.get(key)
        return seen if seen is not None and seen.conditions() else None

    async def write(self, all_seen: Iterable[Seen]) -> None:
        """Remember these for next time."""
        lines = [seen.model_dump_json().encode() for seen in all_seen if seen.conditions()]
        await self._store.put_entry(self._entry, b"\n".join(lines))
