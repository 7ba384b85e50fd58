"""`inpaint.cnn`: a network that was trained to fill holes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
from pydantic import Field

from packshot.contracts.operation import Device
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.models import Floats, Net, NetOperation, NetUse
from packshot_inpaint.coarse_to_fine import completed
from packshot_inpaint.hole import INPUTS, HoleParams, filled, hole_of
from packshot_inpaint.membrane import Bools


class CnnUse(NetUse):
    """The shape of a network that fills holes."""

    built_by = "packshot_inpaint.fill_net:FillNet"

    widths: tuple[Annotated[int, Field(ge=1, le=1024)], ...] = Field(
        (32, 64, 96, 128), min_length=1, max_length=6, description="Channels of each level, finest first"
    )
    blocks: int = Field(2, ge=1, le=16, description="Residual blocks of each level")

    @property
    def multiple(self) -> int:
        """What the sides of pictures must be multiples of."""
        return int(2 ** len(self.widths))

    def example_inputs(self) -> tuple[Floats, ...]:
        """A picture, and what its pixels are."""
        random = np.random.default_rng(0)
        return random.random((1, 3, 256, 256), np.float32), random.integers(0, 2, (1, 1, 256, 256)).astype(np.float32)


class CnnParams(HoleParams):
    """What `inpaint.cnn` takes."""


class CnnInpaint(NetOperation[CnnParams, CnnUse]):
    """Fills holes of any size with what a network that packshot has trained expects there.

    Lines and edges go on, light is right, and thin holes are hardly to be found afterwards. In wide ones it draws no texture, for
    it says what is likely and invents nothing: use inpaint.patch there. Only the hole and as much around it is looked at: 0.7 to
    2 s a megapixel of that on one core and 200 bytes a pixel, for the network's own planes.
    """

    family, prefix, handling = "inpaint.cnn", "inpaint", "1"
    ships = "packshot_inpaint"
    stage = "edit"
    title = "Fill holes"
    Params = CnnParams
    Use = CnnUse
    takes = Pixels.FLOAT
    device = Device(kind="cuda")
    inputs = INPUTS

    def run(self, frame: Frame, params: CnnParams, run: Run) -> Frame:
        """Outside the hole every bit stays. BadParameters without a mask, or if it is the whole picture."""
        hole = hole_of(frame, params, run, self.name)
        return filled(frame, hole, lambda rgb, inside: fill(self.net, self.use, rgb, inside, run.progress), self.name)


def fill(net: Net, use: CnnUse, rgb: Floats, hole: Bools, progress: Callable[[float], None] = lambda share: None) -> Floats:
    """`rgb` (H×W×3) with its `hole` filled. Not all may be hole."""
    return completed(lambda *given: net(*given)[0], use.multiple, rgb, hole, progress)
