"""`compose.blend`: a cut-out part melts into another picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.imaging.covering import covering
from packshot.imaging.poisson import solve_poisson
from packshot.imaging.spread import spread_outward
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.overlay import Floats, alpha_of, over, shaded
from packshot_compose.pyramid import mixed, most_bands


class BlendParams(BaseModel):
    """How the two are blended."""

    method: Literal["alpha", "poisson", "multiband"] = Field(
        "alpha",
        description="alpha: the product as it is; poisson: its colours follow the ground around it, for a part that was cut out "
        "generously from a photo in other light; multiband: fine detail meets sharply, broad tones softly",
    )
    strength: float = Field(1.0, ge=0, le=1, description="poisson, multiband: 0 is alpha, 1 the full blend")
    mixed_gradients: bool = Field(False, description="poisson: keep the ground's texture where it is stronger, as for prints")
    bands: int = Field(
        5, ge=1, le=10, description="multiband: how far tones reach over the edge, 2 to the power of this in pixels"
    )


class Blend(Operation[BlendParams]):
    """Blends a cutout into another picture (the further input `ground`): by alpha, by Poisson's equation, or band by band.

    poisson: P. Pérez, M. Gangnet and A. Blake, "Poisson image editing", SIGGRAPH 2003, eq. 9 and 13: within alpha the
    gradients of the cutout are kept and its rim takes the ground's colours. Nothing outside alpha changes. multiband: P. J.
    Burt and E. H. Adelson, "A multiresolution spline", 1983; the cutout's own old ground is painted over first, so that it
    does not shine through. poisson takes half a second for each megapixel of the cutout on one core, where OpenCV's takes 0.4
    and changes the ground.
    """

    name = "compose.blend"
    version = "1.0.0"
    stage = "edit"
    title = "Blend into a picture"
    Params = BlendParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"ground": "The picture to blend into"}

    def run(self, frame: Frame, params: BlendParams, run: Run) -> Frame:
        """The frame without alpha. BadPhoto if it was not cut out, BadParameters without a ground."""
        alpha = alpha_of(frame, self.name)
        if "ground" not in run.inputs:
            raise BadParameters("compose.blend needs the picture to blend into: give it as the input `ground`.")
        ground = covering(run.inputs["ground"].rgb, frame.height, frame.width)
        under = shaded(frame, ground)
        if params.strength == 0 or params.method == "alpha" or not alpha.any():
            return over(frame, ground, self.name)
        if params.method == "poisson":
            return over(frame.with_rgb(_poisson(frame.rgb, under, alpha, params)), ground, self.name)
        plain = over(frame, ground, self.name)
        bands = min(params.bands, most_bands(frame.height, frame.width))
        spread = spread_outward(frame.rgb, alpha)
        blended = np.clip(mixed([(spread, alpha), (under, 1 - alpha)], bands), 0, 1)
        return plain.with_rgb((plain.rgb + (blended - plain.rgb) * np.float32(params.strength)).astype(np.float32))


def _poisson(product: Floats, ground: Floats, alpha: Floats, params: BlendParams) -> Floats:
    """The product plus r: ground − product at its rim, and Δr = div(wanted gradients) − Δproduct within."""
    free = alpha > 0
    if free.all():
        return product  # there is no rim
    source = _stronger_gradients(product, ground) if params.mixed_gradients else np.zeros_like(product)
    correction = solve_poisson(ground - product, source, free, cycles=4)
    return np.clip(product + np.float32(params.strength) * correction, 0, 1)


def _stronger_gradients(product: Floats, ground: Floats) -> Floats:
    """div of what the ground's gradient has more than the product's, where the ground's is the stronger (Pérez eq. 12)."""
    divergence = np.zeros_like(product)
    for axis in (0, 1):
        ours, theirs = np.diff(product, axis=axis), np.diff(ground, axis=axis)
        stronger = (np.abs(theirs).sum(axis=2) > np.abs(ours).sum(axis=2))[..., None]
        extra = np.where(stronger, theirs - ours, 0)
        first, last = [slice(None)] * 3, [slice(None)] * 3
        first[axis], last[axis] = slice(None, -1), slice(1, None)
        divergence[tuple(first)] += extra
        divergence[tuple(last)] -= extra
    return divergence
