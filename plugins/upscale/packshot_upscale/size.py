"""How large a picture may become."""

from __future__ import annotations

from packshot.errors import BadPhoto
from packshot.imaging.limits import DEFAULT_LIMITS
from packshot.plugin import Frame


def must_stay_a_picture(frame: Frame, factor: int) -> None:
    """BadPhoto where the result would be larger than packshot opens a picture."""
    width, height = factor * frame.width, factor * frame.height
    if width * height > DEFAULT_LIMITS.max_pixels or max(width, height) > DEFAULT_LIMITS.max_side:
        raise BadPhoto(
            f"The picture would be {width}×{height} pixels, {factor} times as large as now, which is more than packshot opens: "
            "it is large enough already, or shrink it with layout.resize first."
        )
