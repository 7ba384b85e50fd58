"""`inspect.quality`: one figure for how good a photo is, without anything to compare with."""

from __future__ import annotations

import math

from pydantic import BaseModel, Field

from packshot.imaging.ground import box_of
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_inspect.blockiness import blockiness
from packshot_inspect.checks import check, report
from packshot_inspect.exposure import exposure
from packshot_inspect.judge import Check, Status
from packshot_inspect.noise import noise_sigma
from packshot_inspect.rulebook import Confidence
from packshot_inspect.sharpness import edge_width
from packshot_inspect.subject import luma, subject_mask

_GOOD, _POOR = 0.8, 0.5
"""A figure above the first is good, one below the second is poor."""
_HIDDEN = 0.01
"""No defect takes a photo to 0."""


class QualityParams(BaseModel):
    """What `inspect.quality` takes."""

    min_quality: int = Field(60, ge=0, le=100, description="Below this a photo should be taken again")


class Quality(Operation[QualityParams]):
    """Says how good a photo is, 0 to 100, without a reference, and what it loses most by.

    Not a learned score: BRISQUE and NIQE order product photos hardly better than chance (SRCC 0.2 to 0.4 on KonIQ-10k and the
    like), so this is the geometric mean of five direct measures of the product, each turned into 0..1 by a ramp: edge width,
    noise (Immerkær 1996), brightness and clipping, contrast, and JPEG blocks (Wang, Bovik, Evans 2000). It orders photos of one
    product rightly; it does not know whether a photo is beautiful. Changes no pixel. Up to 41 bytes a pixel are
    needed: percentiles are of all pixels at once.
    """

    name, version, stage, Params = "inspect.quality", "1.0.0", "quality-check", QualityParams
    title = "Photo quality"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: QualityParams, run: Run) -> Frame:
        """Adds a finding with the figure and one check for each measure."""
        marks = _marks(frame)
        quality = round(100 * math.prod(max(mark, _HIDDEN) for mark, _, _ in marks.values()) ** (1 / len(marks)))
        checks = [_check(name, *mark) for name, mark in marks.items()]
        worst = min(marks, key=lambda name: marks[name][0])
        status = Status.PASS if quality >= params.min_quality else Status.WARN
        advice = "" if marks[worst][0] >= _GOOD else f" It loses most by {_LOSES_BY[worst]}."
        message = f"The photo has {quality} of 100 points.{advice}"
        whole = check(
            "quality",
            "Quality",
            status,
            message,
            measured=quality,
            wanted=f"at least {params.min_quality}",
            confidence=Confidence.MEDIUM,
        )
        return frame.with_finding(self.name, report("Photo quality", [whole, *checks], quality=quality, worst=worst))


_LOSES_BY = {"sharp": "blur", "clean": "noise", "light": "its light", "contrast": "flat contrast", "blocks": "strong compression"}
_TITLES = {
    "sharp": "Sharp",
    "clean": "Free of noise",
    "light": "Well lit",
    "contrast": "Contrast",
    "blocks": "Free of compression blocks",
}


def _marks(frame: Frame) -> dict[str, tuple[float, float | None, str]]:
    """Of each measure: 0..1, the figure, and a sentence."""
    brightness, mask = luma(frame.rgb), subject_mask(frame)
    width, sigma, blocks = edge_width(brightness, mask), noise_sigma(brightness, mask), blockiness(brightness, mask)
    lit = exposure(frame.rgb, brightness, mask)
    box = box_of(mask)
    # A large picture may be softer: what counts is how it looks at the 1000 pixels at which shops show it.
    size = max(1.0, max(box.width, box.height) / 1000) if box else 1.0
    soft = None if width is None else width / size
    dark, bright = _ramp(lit["p95"], 0.15, 0.55), _ramp(lit["p5"], 0.93, 0.7)
    clipped = lit["clipped_high"]
    return {
        "sharp": (
            _ramp(soft, 4.5, 1.6),
            soft,
            f"Edges are {_figure(soft)} pixels wide where a shop shows it; up to 1.6 is crisp.",
        ),
        "clean": (_ramp(sigma, 18.0, 3.0), sigma, f"Noise is {_figure(sigma)} of 255 levels; up to 3 is not seen."),
        "light": (
            min(dark, bright) * _ramp(clipped, 0.5, 0.1),
            lit["p50"],
            f"The product's middle brightness is {lit['p50']:.0%}, {clipped:.0%} of it is burnt out.",
        ),
        "contrast": (_ramp(lit["range"], 0.05, 0.25), lit["range"], f"Its tones span {lit['range']:.0%} of the scale."),
        "blocks": (
            _ramp(blocks, 6.0, 0.8),
            blocks,
            f"Steps at JPEG blocks are {_figure(blocks)} times too high; up to 0.8 is not seen.",
        ),
    }


def _ramp(value: float | None, worst: float, best: float) -> float:
    """0 at `worst`, 1 at `best` and beyond; 1 for what could not be measured."""
    return 1.0 if value is None else min(1.0, max(0.0, (value - worst) / (best - worst)))


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1f}"


def _check(name: str, mark: float, figure: float | None, message: str) -> Check:
    if figure is None:
        return check(name, _TITLES[name], Status.NOT_CHECKED, "The product has nothing to measure this by.")
    status = Status.PASS if mark >= _GOOD else Status.WARN if mark >= _POOR else Status.FAIL
    return check(name, _TITLES[name], status, message, measured=round(figure, 3), confidence=Confidence.MEDIUM)
