"""Data sets: pictures with what is known of them, as an immutable manifest that its digest names."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packshot.contracts.artifact import ArtifactRef, Digest
from packshot.contracts.model import Contract, Json

NAME = r"^[a-z0-9][a-z0-9._-]{0,63}$"
"""What a data set may be called."""


class Split(StrEnum):
    """The side of a data set that a picture is on. A product is on one side only."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Label(Contract):
    """What a person or a machine says is in a picture."""

    category: str
    box: tuple[float, float, float, float] | None = None
    """x, y, width, height in pixels; None: the whole picture."""
    mask: ArtifactRef | None = None
    """An 8-bit grey PNG of the picture's size, 255 where it is."""
    by: str = ""
    """`user:NAME`, `machine:OPERATION@VERSION`, `file:coco`, or `render` where the picture was made with it."""


class Item(Contract):
    """One picture of a data set."""

    picture: ArtifactRef
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    product: str
    """Pictures of one product share it, and never part at a split."""
    split: Split = Split.TRAIN
    category: str = ""
    source: str = ""
    """Where it came from: an address, a file's name, or `studio`."""
    licence: str = ""
    labels: tuple[Label, ...] = ()
    planes: dict[str, ArtifactRef] = {}
    """Truth for each pixel, as PNG of the picture's size: `alpha` (8 or 16 bits), `depth` (16), `normals` (8), `shadow` (8), …"""


class Manifest(Contract):
    """A version of a data set. Its digest names it; `parent` is the version that it was made of."""

    name: Annotated[str, Field(pattern=NAME)]
    created: datetime
    parent: Digest | None = None
    recipe: Json = {}
    """How it was made: the command with its settings and seed, enough to make it again."""
    items: tuple[Item, ...] = ()
    report: ArtifactRef | None = None
    """What was left out, picture by picture with the reason, as JSON lines."""

    def of(self, split: Split) -> tuple[Item, ...]:
        """The items on one side."""
        return tuple(item for item in self.items if item.split is split)
