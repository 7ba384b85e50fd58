"""Data sets as the object store holds them. What a digest names never changes, so what was read last is kept."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from dataclasses import dataclass
from functools import cached_property

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.collecting import Rejection
from packshot.contracts.dataset import Manifest
from packshot.contracts.datasets import VersionView
from packshot.datasets.register import Version, find_version, load_summary, read_manifest, versions
from packshot.store.protocol import ArtifactStore

KEPT = 4
"""Versions kept open. One of 10,000 pictures takes about 40 MB."""


@dataclass
class Opened:
    """A version of a data set with what was left out of it."""

    version: Version
    manifest: Manifest
    rejections: tuple[Rejection, ...]

    @cached_property
    def pictures(self) -> dict[str, ArtifactRef]:
        """Every picture, plane and mask that belongs to it, by digest."""
        refs = [item.picture for item in self.manifest.items]
        refs += [plane for item in self.manifest.items for plane in item.planes.values()]
        refs += [label.mask for item in self.manifest.items for label in item.labels if label.mask is not None]
        refs += [rejection.picture for rejection in self.rejections if rejection.picture is not None]
        return {ref.digest: ref for ref in refs}

    @cached_property
    def codes(self) -> dict[str, int]:
        """How many were left out for each reason, the most frequent first."""
        return dict(Counter(rejection.code for rejection in self.rejections).most_common())


class DataSets:
    """The data sets of a store."""

    def __init__(self, store: ArtifactStore) -> None:
        self._store = store
        self._opened: OrderedDict[str, Opened] = OrderedDict()

    async def names(self) -> dict[str, list[Version]]:
        """All versions by name, oldest first."""
        found: dict[str, list[Version]] = {}
        for version in await versions(self._store):
            found.setdefault(version.name, []).append(version)
        return found

    async def view(self, version: Version) -> VersionView:
        """A version with what is in it, counted."""
        summary = await load_summary(self._store, version)
        return VersionView(digest=version.digest, created=version.created, summary=summary)

    async def open(self, reference: str) -> Opened:
        """The version that NAME or NAME@DIGEST names. Raises UnknownName."""
        version = await find_version(self._store, reference)
        kept = self._opened.get(version.digest)
        if kept is None:
            kept = await self._read(version)
            self._opened[version.digest] = kept
        self._opened.move_to_end(version.digest)
        if len(self._opened) > KEPT:
            self._opened.popitem(last=False)
        return kept

    async def _read(self, version: Version) -> Opened:
        manifest = await read_manifest(self._store, version.digest)
        if manifest.report is None:
            return Opened(version, manifest, ())
        lines = (await self._store.get(manifest.report)).splitlines()
        return Opened(version, manifest, await asyncio.to_thread(_rejections, lines))


def _rejections(lines: list[bytes]) -> tuple[Rejection, ...]:
    return tuple(Rejection.model_validate_json(line) for line in lines)
