"""Where one picture comes from: a data set's item, or a maker, which may need others of a data set."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from packshot.contracts.dataset import Item
from packshot.contracts.model import Json

_MADE_BYTES = 1 << 20
"""What a made picture is taken to need in the cache, before it is made."""


@dataclass(frozen=True)
class FromData:
    """An item of a data set."""

    item: Item

    def bytes(self, longest: int | None) -> int:
        """Decoded, about, where the longer side is brought down to `longest` pixels."""
        scale = 1.0 if longest is None else min(1.0, longest / max(self.item.width, self.item.height))
        return int(self.item.width * self.item.height * scale**2 * (3 + 2 * len(self.item.planes)))

    @property
    def group(self) -> str:
        """What may not part at a split."""
        return self.item.product

    @property
    def masks(self) -> list[str]:
        """Digests of the masks that people drew."""
        return [label.mask.digest for label in self.item.labels if label.mask is not None]


@dataclass(frozen=True)
class Materials:
    """What composites of one side are made of, and of no other side."""

    cutouts: tuple[FromData, ...]
    grounds: tuple[FromData, ...]

    @cached_property
    def name(self) -> str:
        """The same for the same photos and masks."""
        used = [
            [one.item.picture.digest, *(ref.digest for ref in one.item.planes.values()), *one.masks]
            for one in (*self.cutouts, *self.grounds)
        ]
        return hashlib.sha256(json.dumps([len(self.cutouts), used]).encode()).hexdigest()


@dataclass(frozen=True)
class Made:
    """The picture `number` that a maker makes."""

    kind: str
    settings: Json
    number: int
    seed: int
    materials: Materials | None = None

    @property
    def chance(self) -> int:
        """Seeds the picture: another for every number of every order's seed."""
        return (self.seed << 32) + self.number

    def bytes(self, longest: int | None) -> int:
        """Decoded, about."""
        return _MADE_BYTES

    @cached_property
    def name(self) -> str:
        """The same for the same picture."""
        of = self.materials.name if self.materials else ""
        canonical = json.dumps([self.kind, self.settings, self.seed, self.number, of], sort_keys=True)
        return f"{self.kind}-{hashlib.sha256(canonical.encode()).hexdigest()[:40]}"


Source = FromData | Made
