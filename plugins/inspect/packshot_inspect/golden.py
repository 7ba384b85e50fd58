"""`inspect.golden`: a picture from the production line beside a good sample."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.imaging.align import Alignment, align
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_inspect.checks import check, report
from packshot_inspect.judge import Check, Status
from packshot_inspect.overlaid import Blob, blobs, difference, edge_give, in_place_of, matched
from packshot_inspect.subject import Mask, luma

_WORK_SIDE = 1600
_CORRELATED = 0.6
"""Below this the picture does not show the part."""
_WHOLE = 0.95
"""Share of the sample that a picture has to show."""


class GoldenParams(BaseModel):
    """What `inspect.golden` takes."""

    tolerance: float = Field(8.0, ge=0, le=100, description="Colour difference (ΔE) from the sample that is no defect")
    give: float = Field(1.0, ge=0, le=10, description="Pixels that an edge may lie elsewhere than in the sample")
    min_area: float = Field(0.0002, gt=0, le=1, description="Share of the picture from which on a place is a defect")
    max_defects: int = Field(0, ge=0, le=1000, description="So many defects still pass, with a warning")
    follow_light: bool = Field(True, description="Take differences of light between picture and sample out first")
    mark: bool = Field(False, description="Draw a red frame around each defect")


class Golden(Operation[GoldenParams]):
    """Compares a picture from a production line with a good sample and reports each place that differs. Raises an alert.

    Aligned by features (Lowe 2004) and enhanced correlation (Evangelidis and Psarakis, PAMI 2008), brought to the sample's light,
    compared by CIEDE2000 (Sharma, Wu, Dalal 2005) against a map of what each place may differ by: the tolerance, more at the
    sample's edges, and more where the input `tolerance` is light. Takes about a second whatever the size, most of it for the
    alignment: both are compared at most 1600 pixels large. Of small pictures that is up to 125 bytes a pixel.
    """

    name, version, stage, Params = "inspect.golden", "1.0.0", "quality-check", GoldenParams
    title = "Inspection against a good sample"
    takes = Pixels.FLOAT
    inputs = MappingProxyType(
        {
            "golden": "A picture of a good part",
            "tolerance": "How much each place may differ: black no more than the parameter says, white anything",
        }
    )

    def run(self, frame: Frame, params: GoldenParams, run: Run) -> Frame:
        """BadParameters without a sample. A picture of something else is a finding: fail."""
        given = run.inputs.get("golden")
        if given is None:
            raise BadParameters(f"{self.name} compares with a good part: name its picture as the input `golden`.")
        golden = _work_size(np.clip(given.rgb, 0, 1))
        laid = align(golden, np.clip(frame.rgb, 0, 1))
        if laid is None or laid.correlation < _CORRELATED:
            return _alerted(frame, self.name, report("Inspection", [_OTHER], defects=[]))
        compared = _compare(frame, golden, laid, run.inputs.get("tolerance"), params)
        finding = report(
            "Inspection",
            [_shows(compared), _even(compared, params)],
            defects=[_placed(blob, laid) for blob in compared.defects[:50]],
            correlation=round(laid.correlation, 3),
            shown=round(compared.shown, 4),
        )
        marked = _marked(frame, finding["defects"]) if params.mark and compared.defects else frame
        return _alerted(marked, self.name, finding)


_OTHER = check(
    "part",
    "It is the part",
    Status.FAIL,
    "The picture does not show what the sample shows: another part, or none, or turned over.",
)


@dataclass(frozen=True)
class _Compared:
    shown: float
    defects: list[Blob]
    area: int


def _work_size(rgb: Plane) -> Plane:
    scale = min(1.0, _WORK_SIDE / max(rgb.shape[:2]))
    size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)


def _compare(frame: Frame, golden: Plane, laid: Alignment, tolerance: Frame | None, params: GoldenParams) -> _Compared:
    height, width = golden.shape[:2]
    picture, seen = in_place_of(frame, laid, height, width)
    if params.follow_light:
        picture = matched(picture, golden, seen)
    allowed = params.tolerance + edge_give(golden, params.give) * (params.give > 0)
    if tolerance is not None:
        allowed = allowed + 100 * cv2.resize(luma(tolerance.rgb), (width, height), interpolation=cv2.INTER_LINEAR)
    inside: Mask = cv2.erode(seen.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1) > 0
    found = blobs(
        difference(picture, golden) - allowed, inside, max(4, round(params.min_area * golden.shape[0] * golden.shape[1]))
    )
    return _Compared(float(seen.mean()), found, height * width)


def _shows(compared: _Compared) -> Check:
    title = "The whole part is in the picture"
    if compared.shown >= _WHOLE:
        return check("part", title, Status.PASS, "The picture shows the whole part.", measured=compared.shown, unit="share")
    message = (
        f"The picture shows only {compared.shown:.0%} of what the sample shows: the part lies outside the frame or is turned."
    )
    return check("part", title, Status.FAIL, message, measured=compared.shown, unit="share")


def _even(compared: _Compared, params: GoldenParams) -> Check:
    title, count = "It looks like the sample", len(compared.defects)
    wanted = f"at most {params.max_defects}"
    if not count:
        return check("defects", title, Status.PASS, "No place differs from the sample.", measured=0, wanted=wanted)
    share = sum(blob.area for blob in compared.defects) / compared.area
    places = "1 place differs" if count == 1 else f"{count} places differ"
    message = (
        f"{places} from the sample, {share:.2%} of the picture, by up to ΔE {compared.defects[0].worst:.0f} more than allowed."
    )
    status = Status.FAIL if count > params.max_defects else Status.WARN
    return check("defects", title, status, message, measured=count, wanted=wanted)


def _placed(blob: Blob, laid: Alignment) -> dict[str, Any]:
    """A defect in the picture's own pixels."""
    left, top, right, bottom = blob.box
    corners = np.array([[[left, top]], [[right, top]], [[right, bottom]], [[left, bottom]]], np.float64)
    there = cv2.perspectiveTransform(corners, laid.matrix)[:, 0]
    box = [*np.floor(there.min(axis=0)).astype(int).tolist(), *np.ceil(there.max(axis=0)).astype(int).tolist()]
    return {"box": box, "area": blob.area, "worst": blob.worst}


def _marked(frame: Frame, defects: list[dict[str, Any]]) -> Frame:
    rgb = np.ascontiguousarray(frame.rgb).copy()
    thick = max(2, round(max(rgb.shape[:2]) / 400))
    for defect in defects:
        left, top, right, bottom = defect["box"]
        cv2.rectangle(rgb, (left - thick, top - thick), (right + thick, bottom + thick), (0.86, 0.0, 0.1), thick)
    return frame.with_rgb(rgb)


def _alerted(frame: Frame, name: str, finding: dict[str, Any]) -> Frame:
    """With the finding, and its alert where the part fails."""
    if finding["verdict"] == Status.FAIL.value:
        finding["alert"] = next(each["message"] for each in finding["checks"] if each["status"] == Status.FAIL.value)
    return frame.with_finding(name, finding)
