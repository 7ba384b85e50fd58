"""Composites for a training: a data set's products, cut out, over other grounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from pydantic import Field

from packshot.plugin.frame import Plane
from packshot.studio.composite import CompositeSettings, composite
from packshot.training.picture import Picture
from packshot.training.sources import FromData, Made

_LARGER = 2
"""Photos are brought to so many times the composite's side: more is lost when products are placed, and costs."""


class Composites(CompositeSettings):
    """What `composites` takes."""

    side: int = Field(320, ge=32, le=2048, description="Pixels of each side")


def composed(source: Made, read: Callable[[FromData, tuple[str, ...], int | None], Picture]) -> Picture:
    """The composite with its alpha (uint16). Only the few photos that it is made of are opened."""
    asked = Composites.model_validate(source.settings)
    assert source.materials is not None, "sides_of gives them"
    longest = _LARGER * asked.side

    def cutout(one: FromData) -> Plane:
        photo = read(one, ("alpha",), longest)
        alpha = np.asarray(photo.planes["alpha"])
        alpha = alpha if alpha.dtype == np.uint8 else np.rint(alpha / np.float32(257)).astype(np.uint8)
        return np.dstack((photo.rgb, alpha))

    def ground(one: FromData) -> Plane:
        return read(one, (), longest).rgb

    cutouts, grounds = _Opened(source.materials.cutouts, cutout), _Opened(source.materials.grounds, ground)
    made = composite(source.chance, cutouts, grounds, asked.side, asked)
    return Picture(made.rgb, {"alpha": np.rint(made.alpha * 65535).astype(np.uint16)}, product=source.name, name=source.name)


@dataclass(frozen=True)
class _Opened(Sequence[Plane]):
    """Photos that are opened when they are asked for."""

    sources: tuple[FromData, ...]
    opened: Callable[[FromData], Plane]

    def __len__(self) -> int:
        return len(self.sources)

    @overload
    def __getitem__(self, index: int) -> Plane: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Plane]: ...
    def __getitem__(self, index: int | slice) -> Plane | Sequence[Plane]:
        if isinstance(index, slice):
            return _Opened(self.sources[index], self.opened)
        return self.opened(self.sources[index])
