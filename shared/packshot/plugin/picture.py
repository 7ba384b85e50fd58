"""A frame on its way through several operations: in which pixel format it is now, and which depth it came with."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from packshot.contracts.operation import Pixels
from packshot.imaging.pixels import as_pixels, to_depth
from packshot.plugin.frame import Frame

_COLOURED = {"rgb", "alpha"}


@dataclass(frozen=True)
class Picture:
    """A frame with what its arrays alone do not tell."""

    frame: Frame
    floats: Pixels | None = None
    """FLOAT or LINEAR while rgb is float; None while it is integer."""
    deep: bool = False
    """Whether the source had 16 bits a channel."""

    @staticmethod
    def of(frame: Frame) -> Picture:
        """A frame as it comes from a file or the store; float planes are taken for sRGB-encoded."""
        if "rgb" not in frame.planes:
            return Picture(frame)
        dtype = frame.rgb.dtype
        return Picture(frame, Pixels.FLOAT if dtype.kind == "f" else None, deep=dtype == np.uint16)

    def given(self, takes: Pixels) -> Frame:
        """The frame as an operation that takes `takes` wants it; arrays are converted only where they differ."""
        return as_pixels(self.frame, takes, self.floats)

    def after(self, given: Frame, answer: Frame, takes: Pixels) -> Picture:
        """This picture after an operation turned `given` into `answer`.

        Planes that the operation handed back untouched keep the format they had before the conversion: a check or a cutout
        costs a 16-bit picture nothing.
        """
        touched = {name for name in {*given.planes, *answer.planes} if given.planes.get(name) is not answer.planes.get(name)}
        if not touched & _COLOURED:
            kept = {name: self.frame.planes[name] for name in _COLOURED & set(answer.planes)}
            return replace(self, frame=replace(answer, planes={**answer.planes, **kept}))
        floats = self.floats if takes is Pixels.ANY else takes
        is_float = "rgb" in answer.planes and answer.rgb.dtype.kind == "f"
        changed = Picture(answer, floats if is_float else None, self._depth_after(given, answer, takes))
        return changed if "rgb" in touched or given is self.frame else self._with_alpha_of(changed)

    def _depth_after(self, given: Frame, answer: Frame, takes: Pixels) -> bool:
        # Only an operation that takes pixels as they come can mean to change their depth.
        if takes is not Pixels.ANY or not {"rgb"} <= given.planes.keys() & answer.planes.keys():
            return self.deep
        before, after = given.rgb.dtype, answer.rgb.dtype
        return self.deep if before == after or after.kind == "f" else after == np.uint16

    def settled(self) -> Frame:
        """The frame at the source's depth, sRGB-encoded: how frames are stored."""
        if self.floats is None and "rgb" not in self.frame.planes:
            return self.frame
        return to_depth(self.frame, np.uint16 if self.deep else np.uint8, self.floats)

    def encoded_float(self) -> Frame:
        """The frame as float32 sRGB, 0..1 with values outside kept: how measurements want it."""
        return as_pixels(self.frame, Pixels.FLOAT, self.floats)

    def _with_alpha_of(self, other: Picture) -> Picture:
        """`other` with this picture's own rgb, in this picture's format."""
        frame = other.encoded_or_linear(self.floats) if self.floats else replace(other, deep=self.deep).settled()
        return replace(self, frame=replace(frame, planes={**frame.planes, "rgb": self.frame.rgb}))

    def encoded_or_linear(self, floats: Pixels) -> Frame:
        """The frame as FLOAT or LINEAR."""
        return as_pixels(self.frame, floats, self.floats)
