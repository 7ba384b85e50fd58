"""How many pixels a product really has."""

from __future__ import annotations

from typing import Any

from packshot.imaging.ground import box_of
from packshot.plugin import Frame
from packshot_inspect.sharpness import edge_width
from packshot_inspect.subject import luma, subject_mask

_CRISP = 1.6
"""Edge width (2σ, pixels) of a picture that uses its pixels."""


def resolution(frame: Frame) -> dict[str, Any]:
    """Pixels of picture and product, and how many of them carry detail.

    A picture whose sharpest edges are n times as wide as crisp ones could be shrunk n times without losing anything: it was
    enlarged, or blurred. `real_px` is the product's longer side after that: at most so many pixels are real, since enlarging
    keeps some edges steep. None where there are no edges to judge by.
    """
    mask = subject_mask(frame)
    box = box_of(mask)
    longer = 0 if box is None else max(box.width, box.height)
    width = edge_width(luma(frame.rgb), mask)
    return {
        "width": frame.width,
        "height": frame.height,
        "megapixels": round(frame.width * frame.height / 1e6, 3),
        "product_px": longer,
        "real_px": None if width is None else round(longer / max(1.0, width / _CRISP)),
        "dpi": None if frame.dpi is None else list(frame.dpi),
    }
