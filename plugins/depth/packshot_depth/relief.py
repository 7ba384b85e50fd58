"""`depth.relief`: a product's rounding, from its outline and its shading."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadPhoto
from packshot.imaging.poisson import solve_poisson
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_depth.plane import Floats, with_depth

_SIDE = 700
"""A relief is smooth: it is solved at most this large."""
_SEEN = 1 / 64
"""The soft edge belongs to the product."""
RIM = 0.3
"""How near the product's rim is; the ground behind it is 0."""


class ReliefParams(BaseModel):
    """The relief."""

    roundness: float = Field(0.6, ge=0, le=1, description="0 a flat card, 1 as round as a ball or a bottle")
    detail: float = Field(0.25, ge=0, le=1, description="How far folds and dents that the shading shows stand out")


class Relief(Operation[ReliefParams]):
    """Gives a cut-out product a depth: inflated from its outline like a cushion, with the dents and folds that its shading shows.

    Inflation: Δu = −4 within the outline, 0 at its rim, height √u, which makes a disc a half ball (S. F. Johnston, "Lumo:
    illumination for cel animation", NPAR 2002, and L. Williams, "3-D paint", 1990). Detail: middle frequencies of the
    luminance, darker is deeper (M. S. Langer and H. H. Bülthoff, "Depth discrimination from shading under diffuse lighting",
    2000). It is a plausible relief, not a measurement.
    """

    name = "depth.relief"
    version = "1.0.0"
    stage = "preprocess"
    title = "Relief from outline and shading"
    Params = ReliefParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: ReliefParams, run: Run) -> Frame:
        """The frame with `depth`: 0 outside the product, 0.3 at its rim, up to 1. BadPhoto if there is no product."""
        if frame.alpha is None:
            raise BadPhoto("depth.relief needs a cut-out product: add cutout.classical before depth.relief.")
        if not (frame.alpha > 0.5).any():
            raise BadPhoto("depth.relief found no product: the cutout is empty.")
        scale = min(1.0, _SIDE / max(frame.width, frame.height))
        size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        rgb, alpha = (
            np.asarray(cv2.resize(np.clip(plane, 0, 1), size, interpolation=cv2.INTER_AREA), np.float32)
            for plane in (frame.rgb, frame.alpha)
        )
        height = params.roundness * _inflated(alpha) + 0.35 * params.detail * _detail(rgb, alpha)
        depth = cv2.resize(RIM + (1 - RIM) * np.clip(height, 0, 1), (frame.width, frame.height), interpolation=cv2.INTER_LINEAR)
        return with_depth(frame, np.where(frame.alpha > _SEEN, depth, 0).astype(np.float32))


def _inflated(alpha: Floats) -> Floats:
    """H×W 0..1: the height of the inflated outline, its highest point 1. A product at the picture's edge goes on behind it."""
    inside = alpha > 0.5
    if inside.all():
        return np.ones_like(alpha)
    source = np.full_like(alpha, -4)
    lifted = np.sqrt(np.maximum(solve_poisson(np.zeros_like(alpha), source, inside, cycles=6), 0))
    return np.asarray(lifted / max(float(lifted.max()), 1e-6), np.float32)


def _detail(rgb: Floats, alpha: Floats) -> Floats:
    """H×W about 0, -1 to 1: what is brighter than its surroundings within the product stands out."""
    luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)
    fine, broad = (_within(luma, alpha, share * max(alpha.shape)) for share in (0.006, 0.05))
    band = (fine - broad) * alpha
    return np.asarray(np.clip(band / max(float(np.percentile(np.abs(band[alpha > 0.5]), 98)), 0.02), -1, 1), np.float32)


def _within(luma: Floats, alpha: Floats, sigma: float) -> Floats:
    """The blur of `luma` over the product alone."""
    top, below = (cv2.GaussianBlur(plane, (0, 0), max(0.5, sigma)) for plane in (luma * alpha, alpha))
    return np.asarray(top / np.maximum(below, 1e-4), np.float32)
