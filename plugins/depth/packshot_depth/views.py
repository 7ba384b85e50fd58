"""`depth.views`: the product from a little further left, right, above or below."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from packshot.imaging.spread import spread_outward
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_depth.plane import Floats, depth_of

_NEARER_WINS = 40.0
"""Of two things that come to lie on one pixel, one nearer by 0.1 counts e^4 times."""


_NOTHING = 1e-22
"""Far less than the least weight that a pixel can have."""


class ViewsParams(BaseModel):
    """From where the product is seen."""

    yaw: float = Field(8.0, ge=-30, le=30, description="Degrees: positive from the right, negative from the left")
    pitch: float = Field(0.0, ge=-20, le=20, description="Degrees: positive from above, negative from below")
    thickness: float = Field(0.35, ge=0, le=1, description="How deep the product is, as a share of its longer side")
    mirror: bool = Field(False, description="Left and right changed; only for products without text whose sides are alike")


class Views(Operation[ViewsParams]):
    """Shows a product with depth from another angle, by parallax; what becomes visible behind it is filled from what lies
    farther back.

    Pixels move with their depth about the product's middle and are splatted, nearer over farther (S. Niklaus and F. Liu, "Softmax
    splatting", CVPR 2020, eq. 8). Alpha moves with them. A few degrees look natural; a photo does not show a product's other
    side. Make N views as N branches of a recipe, each with its own yaw.
    Takes a second a megapixel on one core and 185 bytes a pixel: five planes are summed in double precision, each
    pixel into four others.
    """

    name = "depth.views"
    version = "1.0.0"
    stage = "edit"
    title = "Another view"
    Params = ViewsParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: ViewsParams, run: Run) -> Frame:
        """The frame with rgb, alpha and depth moved; other planes of its size are dropped. BadPhoto if it has no depth."""
        depth = depth_of(frame, self.name)
        alpha = np.clip(frame.alpha, 0, 1).astype(np.float32) if frame.alpha is not None else None
        if params.yaw or params.pitch:
            rgb, alpha, depth = _seen_from(frame.rgb, alpha, depth, params)
        else:
            rgb = frame.rgb
        if params.mirror:
            rgb, depth = rgb[:, ::-1].copy(), depth[:, ::-1].copy()
            alpha = None if alpha is None else alpha[:, ::-1].copy()
        gone = dict.fromkeys(frame.planes, None)
        return frame.with_planes(**gone | {"rgb": rgb, "alpha": alpha, "depth": depth})


def _seen_from(rgb: Floats, alpha: Floats | None, depth: Floats, params: ViewsParams) -> tuple[Floats, Floats | None, Floats]:
    cover = np.ones_like(depth) if alpha is None else alpha
    x, y = _moved(depth, cover > 0.5, params)
    # Colours go weighted by alpha, so that what is clear brings none along.
    planes = np.dstack((rgb * cover[..., None], cover, depth))
    total, weight = _splatted(planes, x, y, np.exp(_NEARER_WINS * (depth - 1)))
    seen = weight > _NOTHING
    mixed = np.divide(total, weight[..., None], out=np.zeros_like(total), where=seen[..., None])
    # What was hidden continues what lies farther back beside it.
    trust = np.where(seen, 0.003 + (1 - np.clip(mixed[..., 4], 0, 1)) ** 16, 0).astype(np.float32)
    whole = np.where(seen[..., None], mixed, _continued(mixed, trust))
    moved = np.clip(whole[..., 3], 0, 1)
    colours = np.divide(whole[..., :3], moved[..., None], out=whole[..., :3].copy(), where=moved[..., None] > 1e-3)
    return colours.astype(np.float32), None if alpha is None else moved, np.clip(whole[..., 4], 0, 1)


def _continued(planes: Floats, trust: Floats) -> Floats:
    colours, rest = planes[..., :3], np.dstack((planes[..., 3:], planes[..., 4]))
    return np.dstack((spread_outward(colours, trust), spread_outward(rest, trust)[..., :2]))


def _moved(depth: Floats, solid: npt.NDArray[np.bool_], params: ViewsParams) -> tuple[Floats, Floats]:
    """Where each pixel goes: turned about the middle of the product, and of its depth."""
    height, width = depth.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    if not solid.any():
        solid = np.ones_like(depth, bool)
    ys, xs = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    middle = (xs[0] + xs[-1]) / 2, (ys[0] + ys[-1]) / 2
    deep = params.thickness * max(np.ptp(xs) + 1, np.ptp(ys) + 1)
    inside = depth[solid]
    toward = (depth - np.float32((inside.min() + inside.max()) / 2)) * np.float32(deep)
    yaw, pitch = np.deg2rad(params.yaw), np.deg2rad(params.pitch)
    # Seen from the right, what is near moves to the left.
    x = middle[0] + (columns - middle[0]) * np.cos(yaw) - toward * np.sin(yaw)
    y = middle[1] + (rows - middle[1]) * np.cos(pitch) + toward * np.sin(pitch)
    return x.astype(np.float32), y.astype(np.float32)


def _splatted(planes: Floats, x: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Sums of planes times weight, and of weight, each pixel shared among the four it falls on."""
    height, width = x.shape
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    total, sums = np.zeros((height * width, planes.shape[2]), np.float64), np.zeros(height * width)
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        share = np.abs(1 - right - (x - left)) * np.abs(1 - below - (y - top)) * weight
        inside = (left + right >= 0) & (left + right < width) & (top + below >= 0) & (top + below < height)
        place = ((top + below) * width + left + right)[inside]
        part = share[inside]
        sums += np.bincount(place, part, height * width)
        for channel in range(planes.shape[2]):
            total[:, channel] += np.bincount(place, part * planes[..., channel][inside], height * width)
    shape = height, width
    return total.reshape(*shape, -1).astype(np.float32), sums.reshape(shape).astype(np.float32)
