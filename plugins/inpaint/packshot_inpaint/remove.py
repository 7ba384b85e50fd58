"""`inpaint.remove`: an object and its shadow gone from the picture."""

from __future__ import annotations

from pydantic import Field

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_inpaint.exemplar import fill
from packshot_inpaint.hole import INPUTS, HoleParams, expanded, filled, hole_of
from packshot_inpaint.shade import with_shade


class RemoveParams(HoleParams):
    """What `inpaint.remove` takes."""

    expand: int = Field(3, ge=0, le=200, description="Makes the hole larger by this many pixels on every side, over soft edges")
    shadow: float = Field(
        1.0, ge=0, le=2, description="How far its shadow may reach, as a share of the object's longer side; 0: only the mask goes"
    )


class Remove(Operation[RemoveParams]):
    """Removes an object that a mask or a box shows, with its shadow, and fills its place with the surroundings.

    The mask grows over what is darker than the ground would be there, has the ground's colour and is of a shadow's size. The fill
    is inpaint.patch's, with its time for each megapixel of object and shadow, and up to 200 bytes a pixel.
    """

    name, version, stage, Params = "inpaint.remove", "1.0.0", "edit", RemoveParams
    title = "Remove an object"
    takes = Pixels.FLOAT
    inputs = INPUTS

    def run(self, frame: Frame, params: RemoveParams, run: Run) -> Frame:
        """Outside object and shadow every bit stays. BadParameters without a mask, or if it is the whole picture."""
        told = hole_of(frame, params, run, self.name)
        hole = expanded(with_shade(frame.rgb, told, params.shadow), 2) if told.any() and params.shadow else told
        if hole.all():
            hole = told
        return filled(frame, hole, lambda rgb, inside: fill(rgb, inside, run.random, run.progress), self.name)
