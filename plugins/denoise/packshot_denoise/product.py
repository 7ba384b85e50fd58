"""Local filters on the product alone, on bands of rows: the same result with less memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from packshot.imaging.spread import spread_outward
from packshot.plugin import Frame
from packshot.plugin.frame import Plane

ROWS = 384
"""Of a band at the most; a multiple of 16, as halos are: then the 8×8 blocks of a band, and of a band at half size, are those of
the whole picture."""


def on_product(frame: Frame, halo: int, work: Callable[[Plane], Plane]) -> Frame:
    """`frame` with rgb changed by `work`, of which a row depends on no more than `halo` rows above and below.

    What is clear in a cutout does not change, and `work` sees the product's colours going on in its place.
    """
    picture = spread_outward(frame.rgb, frame.alpha)
    result = np.empty_like(picture)
    rows = _rows(frame.height)
    for top in range(0, frame.height, rows):
        start, end = max(0, top - halo), min(frame.height, top + rows)
        result[top:end] = work(picture[start : min(frame.height, end + halo)])[top - start : end - start]
    if frame.alpha is not None:
        np.copyto(result, frame.rgb, where=(frame.alpha <= 0)[..., None])
    return frame.with_rgb(result)


def _rows(height: int) -> int:
    """Of each band, so that all are about alike: the highest decides how much memory is needed."""
    return 16 * -(-height // (16 * -(-height // ROWS)))
