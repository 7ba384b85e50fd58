"""`Adjustment`: an operation that changes pixels where they are, and can be held to a part of the picture."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, TypeVar

from packshot.imaging.mask import MASK_INPUT, Where, blended, told_where
from packshot.plugin import Frame, Operation, Run

W = TypeVar("W", bound=Where)


class Adjustment(Operation[W]):
    """The base of tone, contrast, sharpening, denoising and the like: write `adjusted`, for the whole picture.

    The result is laid over the picture where the further input `mask`, the box and the polygon say; without them everywhere.
    A plane `mask` that an earlier step left does not count: it says where that step worked.
    """

    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: W, run: Run) -> Frame:
        """Outside the mask every bit stays. BadParameters for a mask of other proportions."""
        where = told_where(frame, run.inputs.get("mask"), self.where(params))
        if where is not None and not where.any():
            return frame.with_finding(self.name, {"changed": False, "why": "The mask is empty: nothing is to be changed."})
        adjusted = self.adjusted(frame, params, run)
        if where is None or adjusted.rgb is frame.rgb:
            return adjusted
        return adjusted.with_rgb(blended(frame.rgb, adjusted.rgb, where))

    @abstractmethod
    def adjusted(self, frame: Frame, params: W, run: Run) -> Frame:
        """`frame` with rgb of the same size changed, and the findings."""

    def where(self, params: W) -> Where:
        """The box and the polygon. Override it where they can mean something else."""
        return params
