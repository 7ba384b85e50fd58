"""A picture made to cover another one's size."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def covering(rgb: Floats, height: int, width: int) -> Floats:
    """`rgb` (H×W×3, 0..1) scaled to cover height × width, its middle kept."""
    scale = max(height / rgb.shape[0], width / rgb.shape[1])
    size = max(width, round(rgb.shape[1] * scale)), max(height, round(rgb.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(np.ascontiguousarray(rgb), size, interpolation=method)
    top, left = (scaled.shape[0] - height) // 2, (scaled.shape[1] - width) // 2
    return np.asarray(np.clip(scaled[top : top + height, left : left + width], 0, 1), np.float32)
