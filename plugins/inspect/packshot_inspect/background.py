"""`inspect.background`: how pure the ground is."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, Field

from packshot.imaging.cielab import delta_e, to_lab
from packshot.imaging.ground import as_eight_bit, find_ground
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_inspect.checks import check, graded, report
from packshot_inspect.judge import Check, Status
from packshot_inspect.subject import Mask, inner

_WHITE = np.array([100.0, 0.0, 0.0], np.float32)
_NEAR_EDGE = 8
"""Pixels beside the product that may hold its soft edge or compression."""


class BackgroundParams(BaseModel):
    """What `inspect.background` takes."""

    white: bool = Field(True, description="The ground has to be exactly white; false: only even")
    min_share: float = Field(0.999, ge=0, le=1, description="Share of the ground that must be exactly white")
    max_unevenness: float = Field(3.0, ge=0, le=100, description="Colour difference (ΔE) between the ground's parts that may be")


class Background(Operation[BackgroundParams]):
    """Judges the ground's purity: exactly white or not, its colour cast, how even it is.

    Colour differences are CIEDE2000 (Sharma, Wu, Dalal 2005). Changes no pixel.
    """

    name, version, stage, Params = "inspect.background", "1.0.0", "quality-check", BackgroundParams
    title = "Background purity"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: BackgroundParams, run: Run) -> Frame:
        """A picture without a ground to be told from its product gives a finding that says so."""
        ground = _ground_of(frame)
        if ground is None:
            message = "The background is not of one colour, so it cannot be told from the product: cut the product out first."
            return frame.with_finding(self.name, report("Background", [check("even", "Even", Status.FAIL, message)]))
        pixels = frame.rgb[inner(ground, min(_NEAR_EDGE, min(ground.shape) // 4))]
        lab = to_lab(pixels[:, None])[:, 0]
        colour = np.median(lab, axis=0)
        checks = [_even(lab, colour, params)]
        if params.white:
            checks.insert(0, _white(pixels, lab, params))
        cast = {"lightness": round(float(colour[0]), 2), "chroma": round(float(np.hypot(colour[1], colour[2])), 2)}
        return frame.with_finding(self.name, report("Background", checks, area=round(float(ground.mean()), 4), **cast))


def _ground_of(frame: Frame) -> Mask | None:
    if frame.alpha is not None and frame.alpha.min() <= 0:
        return np.asarray(frame.alpha <= 0)
    ground = find_ground(frame.rgb)
    return ground.mask if ground.uniform else None


def _white(pixels: np.ndarray, lab: np.ndarray, params: BackgroundParams) -> Check:
    share = float(np.mean(np.all(as_eight_bit(pixels[:, None])[:, 0] == 255, axis=-1)))
    off = float(np.percentile(delta_e(lab, _WHITE), 99))
    wanted = f"at least {params.min_share:.1%}"
    if share >= params.min_share:
        return check(
            "white",
            "Exactly white",
            Status.PASS,
            f"{share:.2%} of the ground is exactly white.",
            measured=share,
            wanted=wanted,
            unit="share",
        )
    seen = "which nobody sees but marketplaces' programs measure" if off < 1 else "which is visible beside a white page"
    message = f"Only {share:.1%} of the ground is exactly white; it is up to ΔE {off:.1f} away, {seen}. compose.white mends it."
    return check("white", "Exactly white", Status.FAIL, message, measured=share, wanted=wanted, unit="share")


def _even(lab: np.ndarray, colour: np.ndarray, params: BackgroundParams) -> Check:
    uneven = float(np.percentile(delta_e(lab, colour.astype(np.float32)), 99))
    status = graded(uneven, params.max_unevenness, 3 * params.max_unevenness)
    message = (
        f"The ground is even (within ΔE {uneven:.1f})."
        if status is Status.PASS
        else f"The ground differs by up to ΔE {uneven:.1f} from place to place: shadows, stains or uneven light."
    )
    return check("even", "Even", status, message, measured=uneven, wanted=f"at most ΔE {params.max_unevenness:g}")
