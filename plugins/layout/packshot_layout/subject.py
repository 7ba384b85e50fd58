"""Where the product is in a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packshot.errors import BadPhoto
from packshot.imaging.ground import Box, box_of, find_ground
from packshot.plugin import Frame
from packshot_layout.canvas import Colour


@dataclass(frozen=True)
class Subject:
    """The product's box, and what belongs outside the frame."""

    box: Box
    outside: Colour | None
    """The ground's colour where the ground is plain; None for transparent."""


def find_subject(frame: Frame, threshold: float) -> Subject:
    """The box of alpha above `threshold` (0..1); without alpha, of the cutout that the picture was made of, or of what is not a
    plain ground; else the whole picture.

    BadPhoto if nothing is opaque. rgb must be sRGB-encoded.
    """
    if frame.alpha is not None:
        full = np.iinfo(frame.alpha.dtype).max if np.issubdtype(frame.alpha.dtype, np.integer) else 1.0
        box = box_of(frame.alpha > threshold * full)
        if box is None:
            raise BadPhoto("Nothing is left of the picture after the cutout. Is the product clearly set off from its background?")
        return Subject(box, None)
    whole = Box(0, 0, frame.width, frame.height)
    ground = find_ground(frame.rgb)
    if frame.cutout is not None:
        return Subject(box_of(frame.cutout > threshold * 255) or whole, ground.colour if ground.uniform else None)
    if not ground.uniform:
        return Subject(whole, None)
    return Subject(box_of(~ground.mask) or whole, ground.colour)
