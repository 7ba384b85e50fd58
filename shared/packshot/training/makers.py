"""What makes pictures for a training, by the kind that an order names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from packshot.errors import BadParameters, UnknownName, nearest
from packshot.studio.dead_leaves import dead_leaves
from packshot.studio.planes import PLANES, planes_of
from packshot.studio.render import StudioSettings, render
from packshot.training.composites import composed
from packshot.training.picture import Picture
from packshot.training.sources import FromData, Made

Open = Callable[[FromData, tuple[str, ...], int | None], Picture]
"""Opens a picture of a data set with the truth that is named, brought down to a longest side."""


@dataclass(frozen=True)
class Maker:
    """A kind of made picture."""

    make: Callable[[Made, Open], Picture]
    """All chance comes from the source's `chance`. Raises ValueError (as pydantic does) for settings that it does not take."""
    planes: frozenset[str]
    """The truth that is known of its pictures."""


class StudioMade(StudioSettings):
    """What `studio` takes."""

    side: int = Field(320, ge=32, le=4096, description="Pixels of each side")
    clean: bool = Field(
        False, description="The colours before the camera's noise, sharpening and compression: to train restoration"
    )
    views: int = Field(1, ge=1, le=1000, description="Pictures of one product")


class DeadLeaves(BaseModel):
    """What `dead-leaves` takes."""

    model_config = ConfigDict(extra="forbid")

    side: int = Field(256, ge=32, le=2048, description="Pixels of each side")
    smallest: float | None = Field(
        None, gt=0, description="Radius of the smallest leaves, pixels; none: each picture has its own"
    )
    largest: float = Field(0.4, gt=0, le=1, description="Radius of the largest, as a share of the side")
    texture: float = Field(0.6, ge=0, le=1, description="Share of the leaves that have a texture")


def _studio(source: Made, read: Open) -> Picture:
    asked = StudioMade.model_validate(source.settings)
    made = render(source.chance, asked.side, settings=asked)
    return Picture(made.clean if asked.clean else made.rgb, planes_of(made), made.family, made.product, source.name)


def _dead_leaves(source: Made, read: Open) -> Picture:
    asked = DeadLeaves.model_validate(source.settings)
    largest = max(asked.largest, ((asked.smallest or 0) + 1) / asked.side)
    rgb = dead_leaves(source.chance, asked.side, asked.smallest, largest, texture=asked.texture)
    return Picture(rgb, product=source.name, name=source.name)


MAKERS: Mapping[str, Maker] = {
    "studio": Maker(_studio, frozenset(PLANES)),
    "composites": Maker(composed, frozenset({"alpha"})),
    "dead-leaves": Maker(_dead_leaves, frozenset()),
}


def maker_of(kind: str) -> Maker:
    """The maker. Raises UnknownName."""
    if kind not in MAKERS:
        raise UnknownName(f"Nothing makes pictures of the kind {kind!r}. {nearest(kind, sorted(MAKERS))}")
    return MAKERS[kind]


def make(source: Made, read: Open) -> Picture:
    """The picture; `read` opens what it is made of. Raises UnknownName, BadParameters, and what `read` raises."""
    try:
        return maker_of(source.kind).make(source, read)
    except ValueError as error:
        raise BadParameters(f"{source.kind} cannot be made with these settings: {error}.") from error
