"""`inspect.overlay`: does text, a logo or a watermark lie on the picture?"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.imaging.ground import Box, as_eight_bit
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_inspect.checks import check, report
from packshot_inspect.judge import Check, Status
from packshot_inspect.lettering import text_lines
from packshot_inspect.rulebook import Confidence
from packshot_inspect.subject import Mask, luma, subject_mask

_WORK_SIDE = 1000
_APART = 0.15
"""Share of the product under which something beside it is a badge or logo rather than a second product."""
_SPECK = 0.0004
"""Share of the picture: smaller things are dirt."""


class OverlayParams(BaseModel):
    """What `inspect.overlay` takes."""

    letters: int = Field(4, ge=2, le=20, description="So many letters in a row make a line of text")


class Overlay(Operation[OverlayParams]):
    """Looks for text, logos and watermarks that were laid over the picture beside the product.

    Classical, and so of low confidence: rows of strokes of even width and height are taken for text (after B. Epshtein, E. Ofek,
    Y. Wexler, "Detecting text in natural scenes with stroke width transform", CVPR 2010), small things beside the product for
    logos. Handwriting, few letters, and marks without strokes are not found. On the product it looks for nothing: letters there
    are as a rule its own, and a weave looks like small print. On fine
    patterns it takes half a second, whatever the size. Changes no pixel.
    """

    name, version, stage, Params = "inspect.overlay", "1.0.0", "quality-check", OverlayParams
    title = "Text and logos"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: OverlayParams, run: Run) -> Frame:
        """The finding has the boxes of what was found, in the picture's pixels."""
        scale = min(1.0, _WORK_SIDE / max(frame.width, frame.height))
        size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        mask = subject_mask(frame)
        small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        grey = cv2.resize(luma(_seen(frame)), size, interpolation=cv2.INTER_AREA)
        told_apart = not mask.all()
        body, things = _parts(small)
        lines = text_lines(grey, params.letters)
        beside = [line for line in lines if _share_in(body, line) < 0.3]
        checks = [_text(beside, told_apart=told_apart), _badges(things, told_apart=told_apart)]
        boxes: dict[str, Any] = {
            "text_beside": [_full(line, scale) for line in beside],
            "things_beside": [_full(thing, scale) for thing in things],
        }
        return frame.with_finding(self.name, report("Text and logos", checks, **boxes))


def _seen(frame: Frame) -> Plane:
    """The picture as it looks on white, in 8-bit steps of 1."""
    if frame.alpha is None:
        return as_eight_bit(frame.rgb).astype(np.float32) / 255
    alpha = frame.alpha[..., None]
    return np.asarray(np.clip(frame.rgb, 0, 1) * alpha + (1 - alpha), np.float32)


def _share_in(mask: Mask, box: Box) -> float:
    return float(mask[box.top : box.bottom, box.left : box.right].mean())


def _parts(mask: Mask) -> tuple[Mask, list[Box]]:
    """The product, and what stands apart from it and is small beside it."""
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = areas >= _APART * areas[1:].max(initial=0)
    large[0] = False
    things = [stats[label][:4] for label in range(1, count) if not large[label] and areas[label] > _SPECK * mask.size]
    return large[labels], [Box(int(x), int(y), int(x + width), int(y + height)) for x, y, width, height in things]


def _full(box: Box, scale: float) -> list[int]:
    return [round(value / scale) for value in box]


def _text(beside: list[Box], *, told_apart: bool) -> Check:
    title = "No text laid over the picture"
    if not told_apart:
        return check("text", title, Status.NOT_CHECKED, _NOT_APART, confidence=Confidence.LOW)
    if not beside:
        message = "No line of text was found beside the product."
        return check("text", title, Status.PASS, message, measured=0, confidence=Confidence.LOW)
    lines = "a line of text stands" if len(beside) == 1 else f"{len(beside)} lines of text stand"
    message = f"What looks like {lines} beside the product. Marketplaces want main images without text: use the photo without it."
    return check("text", title, Status.WARN, message, measured=len(beside), confidence=Confidence.LOW)


_NOT_APART = "The product cannot be told from its background, so what was laid over it cannot be told from what is on it."


def _badges(things: list[Box], *, told_apart: bool) -> Check:
    title = "Nothing beside the product"
    if not told_apart:
        return check("badge", title, Status.NOT_CHECKED, _NOT_APART, confidence=Confidence.LOW)
    if not things:
        return check("badge", title, Status.PASS, "Nothing stands beside the product.", measured=0, confidence=Confidence.LOW)
    count = f"{len(things)} small thing{'' if len(things) == 1 else 's'}"
    message = f"{count} beside the product: a logo, a badge, or a leftover of the ground."
    return check("badge", title, Status.WARN, message, measured=len(things), confidence=Confidence.LOW)
