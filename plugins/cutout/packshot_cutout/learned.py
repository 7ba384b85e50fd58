"""`cutout.net`: a network that was trained to find the product, and an edge at full size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from packshot.imaging.mask import MASK_INPUT
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.models import Net, NetOperation, NetUse
from packshot_cutout.classical import cut_frame
from packshot_cutout.cutting import LEAST, CutParams, Guess

Bytes = npt.NDArray[Any]
Floats = npt.NDArray[Any]


class CutoutUse(NetUse):
    """The shape of a network that finds the product, and the size at which it looks."""

    built_by = "packshot_cutout.net:CutoutNet"

    widths: tuple[Annotated[int, Field(ge=1, le=1024)], ...] = Field(
        (48, 96, 160, 208), min_length=2, max_length=5, description="Channels at a quarter of the size, an eighth, and so on"
    )
    blocks: int = Field(2, ge=1, le=16, description="Residual blocks of each size")
    pyramid: int = Field(48, ge=1, le=512, description="Channels on the way back up")
    side: int = Field(
        320, ge=32, le=2048, multiple_of=32, description="Pixels of the longer side at which the product is looked for"
    )

    @property
    def multiple(self) -> int:
        """What the sides of pictures must be multiples of."""
        return int(2 ** (len(self.widths) + 1))

    def example_inputs(self) -> tuple[Floats, ...]:
        """A picture as the network sees it."""
        side = -(-self.side // self.multiple) * self.multiple
        return (np.random.default_rng(0).random((1, 3, side, side), np.float32),)


class NetCutout(NetOperation[CutParams, CutoutUse]):
    """Cuts out one product with a network that packshot has trained, together with what colours and edges tell.

    Adds `alpha` at full size and leaves the colours. The network says where the product is, as `cutout.classical` guesses it from
    colours, and the outline is found by both. Where the network sees no product, colours and edges decide alone; the finding says
    by what it was cut (`by`). A mask or polygon is taken for a rough outline and refined; within a box the product is looked
    for, and around it the ground. If none is found, all is kept and the finding's confidence is 0. Takes 0.2 to 0.6 s on one
    core, whatever the size: most of it for the search.
    """

    family, prefix, handling = "cutout.net", "cutout", "3"
    ships = "packshot_cutout"
    stage = "preprocess"
    title = "Cut out"
    Params = CutParams
    Use = CutoutUse
    takes = Pixels.UINT8
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: CutParams, run: Run) -> Frame:
        """The frame with `alpha` (uint8) and the finding subject_box, area, confidence, touches_border, by."""
        return cut_frame(self.name, frame, params, run, guess_of(self.net, self.use))


def guess_of(net: Net, use: CutoutUse) -> Guess:
    """What `net` sees, at the size of what it is shown; None where it sees no product."""

    def guess(small: Bytes) -> Floats | None:
        likely = found(net, use, small)
        if float((likely > 0.5).mean()) < LEAST:
            return None
        return cv2.resize(likely, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_LINEAR)

    return guess


def found(net: Net, use: CutoutUse, rgb: Floats) -> Floats:
    """h×w float32, 0..1: how likely the product is there, for uint8 `rgb` H×W×3 shrunk to the network's size."""
    small = shrunk(rgb, use.side)
    height, width = small.shape[:2]
    below, right = -height % use.multiple, -width % use.multiple
    padded = cv2.copyMakeBorder(small, 0, below, 0, right, cv2.BORDER_REPLICATE)
    logits, _ = net(padded.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255))
    return np.asarray(1 / (1 + np.exp(-logits[0, 0, :height, :width])), np.float32)


def shrunk(rgb: Floats, side: int) -> Floats:
    """`rgb` with its longer side shrunk to `side`; a smaller picture is left as it is."""
    scale = side / max(rgb.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(rgb)
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
