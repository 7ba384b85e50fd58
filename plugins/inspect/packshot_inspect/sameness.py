"""`inspect.sameness`: the product in the finished picture is the one in the photo."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.imaging.ssim import similarity
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_inspect.checks import check, graded, report
from packshot_inspect.judge import Check, Status
from packshot_inspect.overlaid import Blob, blobs, difference, edge_give, in_place_of, matched
from packshot_inspect.rulebook import Confidence
from packshot_inspect.subject import Mask, luma, subject_mask
from packshot_inspect.tracing import trace

_WORK_SIDE = 1200
_RIM = 0.02
"""Share of the longer side that is left out along the product's outline, where the cutout may differ."""


class SamenessParams(BaseModel):
    """What `inspect.sameness` takes."""

    tolerance: float = Field(8.0, ge=0, le=100, description="Colour difference (ΔE) up to which a place counts as unchanged")
    max_changed: float = Field(0.02, ge=0, le=1, description="Share of the product that may differ")
    max_colour_shift: float = Field(6.0, ge=0, le=100, description="Mean colour difference (ΔE) that editing may bring")


class Sameness(Operation[SamenessParams]):
    """Judges whether the product is still the one in the original photo: nothing added, removed or redrawn.

    The product is found in the photo by features and correlation (Lowe 2004; Evangelidis and Psarakis 2008), the photo brought to
    its light by one affine map of colours, and compared inside the product by CIEDE2000 (Sharma, Wu, Dalal 2005), with a give at
    edges.
    Exposure and white balance may change; form, print and pattern may not. Takes about a second whatever the size, most of it for
    finding the product: both are compared at most 1200 pixels large. Changes no pixel. Of small pictures that is up to 141
    bytes a pixel.
    """

    name, version, stage, Params = "inspect.sameness", "1.0.0", "quality-check", SamenessParams
    title = "Sameness with the original"
    takes = Pixels.FLOAT
    inputs = MappingProxyType({"original": "The photo as it was uploaded (in a recipe: `own: true`)"})

    def run(self, frame: Frame, params: SamenessParams, run: Run) -> Frame:
        """BadParameters without the original. What cannot be laid over it gives a finding that says so."""
        original = run.inputs.get("original")
        if original is None:
            raise BadParameters(f"{self.name} compares with the photo: name it as the input `original` (`own: true`).")
        picture, inside = _shown(frame)
        laid = trace(picture, inside, np.clip(original.rgb, 0, 1))
        if laid is None:
            unlike = check("same", _TITLE, Status.NOT_CHECKED, _NOT_LAID)
            return frame.with_finding(self.name, report("Sameness", [unlike]))
        photo, seen = in_place_of(original, laid, *picture.shape[:2])
        return frame.with_finding(self.name, _compared(picture, photo, inside & seen, params, laid.correlation))


_TITLE = "The product is the one in the photo"
_NOT_LAID = (
    "The product could not be found in the photo: it has too little pattern for a program, or it is another one. Compare by eye."
)


def _shown(frame: Frame) -> tuple[Plane, Mask]:
    """The picture on white at work size, and the product without its rim."""
    rgb = np.clip(frame.rgb, 0, 1)
    if frame.alpha is not None:
        rgb = rgb * frame.alpha[..., None] + (1 - frame.alpha[..., None])
    scale = min(1.0, _WORK_SIDE / max(frame.width, frame.height))
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)
    mask = cv2.resize(subject_mask(frame).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    depth = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    return small, np.asarray(depth > max(3.0, _RIM * max(size)))


def _compared(picture: Plane, photo: Plane, where: Mask, params: SamenessParams, correlation: float) -> dict[str, Any]:
    if where.sum() < 256:
        small = check(
            "same", _TITLE, Status.NOT_CHECKED, "Too little of the product can be seen in both pictures to compare them."
        )
        return report("Sameness", [small])
    in_light = matched(photo, picture, where)
    apart = difference(picture, in_light)
    excess = apart - params.tolerance - edge_give(in_light, 1.0)
    places = blobs(excess, where, max(9, round(1e-4 * float(where.sum()))))
    changed = float(sum(place.area for place in places) / where.sum())
    shift = float(difference(picture, photo)[where].mean())
    luminance, structure = similarity(luma(picture), luma(in_light), 1.0)
    return report(
        "Sameness",
        [_same(changed, places, params), _shift(shift, params)],
        changed=round(changed, 5),
        places=[{"box": list(place.box), "area": place.area, "worst": place.worst} for place in places[:10]],
        ssim=round(float((luminance * structure)[where].mean()), 4),
        colour_shift=round(shift, 2),
        correlation=round(correlation, 3),
        compared_at=[picture.shape[1], picture.shape[0]],
    )


def _same(changed: float, places: list[Blob], params: SamenessParams) -> Check:
    status = graded(changed, params.max_changed / 4, params.max_changed)
    if status is Status.PASS:
        message = f"The product is unchanged ({changed:.2%} of it differs)."
    else:
        where = f"{len(places)} place{'' if len(places) == 1 else 's'}"
        message = (
            f"The product differs from the photo in {changed:.1%} of its area, at {where}: something was added, lost or redrawn."
        )
    wanted = f"at most {params.max_changed:.1%}"
    return check("same", _TITLE, status, message, measured=changed, wanted=wanted, unit="share", confidence=Confidence.MEDIUM)


def _shift(shift: float, params: SamenessParams) -> Check:
    status = Status.PASS if shift <= params.max_colour_shift else Status.WARN
    known = "little more than eyes can see" if shift < 3 else "visible side by side"
    message = f"Editing moved the product's colours by ΔE {shift:.1f} on average, {known}."
    if status is Status.WARN:
        message += (
            " A buyer may find that the product has another colour: lower the corrections, or take the photo in better light."
        )
    return check(
        "colour",
        "The product's colour is kept",
        status,
        message,
        measured=shift,
        wanted=f"at most ΔE {params.max_colour_shift:g}",
    )
