"""How a product is lit."""

from __future__ import annotations

import numpy as np

from packshot.plugin.frame import Plane
from packshot_inspect.subject import Mask

_PERCENTILES = (1, 5, 50, 95, 99)


def exposure(rgb: Plane, brightness: Plane, mask: Mask) -> dict[str, float]:
    """Luma percentiles `p1`…`p99`, `clipped_high` and `clipped_low` (share of pixels with a channel at its end), `contrast`
    (standard deviation of luma) and `range` (p95 - p5), all of the product, on a scale of 0..1."""
    levels = brightness[mask]
    pixels = rgb[mask]
    found = {f"p{p}": float(value) for p, value in zip(_PERCENTILES, np.percentile(levels, _PERCENTILES), strict=True)}
    found["clipped_high"] = float(np.mean(pixels.max(axis=1) >= 254.5 / 255))
    found["clipped_low"] = float(np.mean(pixels.min(axis=1) <= 0.5 / 255))
    found["contrast"] = float(np.std(levels))
    found["range"] = found["p95"] - found["p5"]
    return {name: round(value, 4) for name, value in found.items()}
