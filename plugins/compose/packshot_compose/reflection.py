"""`compose.reflection`: the product mirrored on a glossy floor."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.floor import floor_line, product_size
from packshot_compose.overlay import Floats, alpha_of


class ReflectionParams(BaseModel):
    """The reflection."""

    intensity: float = Field(0.35, ge=0, le=1, description="0 none, 1 a mirror")
    length: float = Field(0.45, gt=0, le=1, description="Where it has faded away, as a share of the product's height")
    softness: float = Field(0.35, ge=0, le=1, description="0 polished, 1 satin: how fast it blurs with distance from the product")
    offset: float = Field(0.0, ge=0, le=0.2, description="A gap under the product, as a share of its height")


class Reflection(Operation[ReflectionParams]):
    """Adds the reflection of a cut-out product on a glossy floor, as a plane of its own that the ground operations lay on
    their ground.

    Each column is mirrored at the floor under it, so that a box seen from a corner or a round bottom stays in touch with its
    image. The plane `reflection` is H×W×4 float32, 0 to 1: sRGB-encoded colours times their opacity, and the opacity. The
    canvas does not grow: make room before, with layout.margin.
    """

    name = "compose.reflection"
    version = "1.0.0"
    stage = "edit"
    title = "Reflection"
    Params = ReflectionParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: ReflectionParams, run: Run) -> Frame:
        """The frame with `reflection`; colours and alpha as they were. BadPhoto if it was not cut out."""
        alpha = alpha_of(frame, self.name)
        height, _ = product_size(alpha)
        if params.intensity == 0 or not height:
            return frame
        floor = floor_line(alpha) + params.offset * height
        widest = 0.03 * params.softness * params.length * height
        # Above the floor there is nothing to hold; as far as the blur reaches, that nothing counts.
        top = int(np.clip(floor.min() - 4 * widest - 1, 0, frame.height - 1))
        mirrored, below = _mirrored(_premultiplied(frame.rgb, alpha), floor, top)
        away = below / np.float32(params.length * height)
        soft = _by_distance(mirrored, away, widest)
        del mirrored
        soft *= (np.clip(1 - away, 0, 1) ** 1.5 * np.float32(params.intensity) * (below > 0))[..., None]
        reflection = np.zeros((frame.height, frame.width, 4), np.float32)
        reflection[top:] = soft
        return frame.with_planes(reflection=reflection)


def _premultiplied(rgb: Floats, alpha: Floats) -> Floats:
    four = np.empty((*alpha.shape, 4), np.float32)
    np.clip(rgb, 0, 1, out=four[..., :3])
    four[..., :3] *= alpha[..., None]
    four[..., 3] = alpha
    return four


def _mirrored(plane: Floats, floor: Floats, top: int) -> tuple[Floats, Floats]:
    """From row `top` on: `plane` upside down below the floor line, and how far below it each pixel is (pixels, 0 above it)."""
    height, width = plane.shape[:2]
    below = np.arange(top, height, dtype=np.float32)[:, None] - floor[None].astype(np.float32)
    columns = np.broadcast_to(np.arange(width, dtype=np.float32), below.shape)
    flipped = cv2.remap(
        plane, columns.copy(), floor[None].astype(np.float32) - below, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    flipped[below <= 0] = 0
    return np.asarray(flipped, np.float32), np.maximum(below, 0, out=below)


def _by_distance(mirrored: Floats, away: Floats, widest: float) -> Floats:
    """`mirrored` sharp at the floor line and blurred by `widest` where it ends."""
    if widest < 0.3:
        return mirrored
    place = np.clip(away, 0, 1) * 2
    mixed = mirrored * np.clip(1 - place, 0, 1)[..., None]
    for step, share in ((1, 0.5), (2, 1.0)):
        level = cv2.GaussianBlur(mirrored, (0, 0), widest * share)
        level *= np.clip(1 - np.abs(place - step), 0, 1)[..., None]
        mixed += level
    return mixed
