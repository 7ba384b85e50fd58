"""`compose.variant`: what the product looks like now is kept, and the next change begins from the first again."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters
from packshot.imaging.cielab import delta_e, to_lab
from packshot.imaging.hex_colour import written_colour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.board import KEPT, MOST
from packshot_compose.overlay import Floats, alpha_of

NAME = "compose.variant"


class VariantParams(BaseModel):
    """The variant."""

    name: str = Field("", max_length=40, description="What it is called; empty: Original, Variant 2, Variant 3, …")


class Variant(Operation[VariantParams]):
    """Keeps what a cut-out product looks like now as a variant, and goes back to how it was kept first: the original.

    The finding says of each variant its main colour, delta_e (CIEDE2000, the mean over the product) and detail (how far its
    folds, shadows and print are the original's: the correlation of fine lightness, 1 for the same). compose.comparison lays them
    out side by side.
    """

    name, version, stage, Params = NAME, "1.0.0", "edit", VariantParams
    title = "Keep as a variant"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: VariantParams, run: Run) -> Frame:
        """Planes `kept.1`, `kept.2`, …: H×W×4 float32. BadPhoto without a cutout, BadParameters beyond twelve variants."""
        alpha = alpha_of(frame, self.name)
        number = 1 + sum(name.startswith(f"{KEPT}.") for name in frame.planes)
        if number > MOST:
            raise BadParameters(f"Up to {MOST} variants can be kept, the original among them.")
        now = np.dstack((np.clip(frame.rgb, 0, 1), alpha)).astype(np.float32)
        first = frame.planes.get(f"{KEPT}.1", now)
        if first.shape != now.shape:
            raise BadParameters(
                f"{self.name} needs variants of one size: change sizes before the first, or after the comparison."
            )
        called = params.name or ("Original" if number == 1 else f"Variant {number}")
        told = [*variants_of(frame), {"name": called, **_measured(first, now)}]
        kept = {
            f"{KEPT}.{number}": now,
            "rgb": np.ascontiguousarray(first[..., :3]),
            "alpha": np.ascontiguousarray(first[..., 3]),
        }
        return frame.with_planes(**kept).with_finding(self.name, {"variants": told})


def variants_of(frame: Frame) -> list[JsonValue]:
    """What was found of the variants kept so far."""
    found = frame.findings.get(NAME)
    told = found.get("variants") if isinstance(found, dict) else None
    return told if isinstance(told, list) else []


def _measured(first: Floats, now: Floats) -> dict[str, JsonValue]:
    inside = np.minimum(first[..., 3], now[..., 3]) > 0.5
    if not inside.any():
        return {"color": None, "delta_e": None, "detail": None}
    before, after = (to_lab(np.ascontiguousarray(each[..., :3])) for each in (first, now))
    main = np.median(now[..., :3][inside], axis=0)
    change = delta_e(np.ascontiguousarray(before[inside][None]), np.ascontiguousarray(after[inside][None]))
    return {
        "color": written_colour(main),
        "delta_e": round(float(change.mean()), 1),
        "detail": round(_alike(before[..., 0], after[..., 0], inside), 3),
    }


def _alike(before: Floats, after: Floats, inside: np.ndarray) -> float:
    """The correlation of what a blur takes from both."""
    fine = [(plane - cv2.GaussianBlur(plane, (0, 0), 3.0))[inside] for plane in (before, after)]
    spread = float(fine[0].std() * fine[1].std())
    if spread < 1e-6:
        return 1.0
    return float(np.clip(np.mean((fine[0] - fine[0].mean()) * (fine[1] - fine[1].mean())) / spread, -1, 1))
