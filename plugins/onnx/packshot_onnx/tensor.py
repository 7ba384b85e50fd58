"""From a picture to a model's input, and from its output to a picture or mask."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from packshot_onnx.use import Use

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


def picture_tensor(rgb: Floats, use: Use, dtype: type[Any], channels: int | None = 3) -> Array:
    """1×3×H×W (or 1×H×W×3) for H×W×3 `rgb` 0..1, which is clipped. A model of one channel is given the mean of the three."""
    low, high = use.range
    scaled: Array = np.clip(rgb, 0, 1)[..., :: 1 if use.channels == "RGB" else -1] * (high - low) + low
    scaled = (scaled - use.mean) / use.std
    if channels == 1:
        scaled = scaled.mean(axis=2, keepdims=True)
    return _tensor(scaled, use, dtype)


def mask_tensor(mask: Floats, use: Use, dtype: type[Any]) -> Array:
    """1×1×H×W (or 1×H×W×1) for an H×W mask, its values as they are."""
    return _tensor(mask[..., None], use, dtype)


def planes_of(answer: Array, use: Use) -> Floats:
    """H×W×C, 0..1 for what the card calls black to white, in RGB order; not clipped."""
    planes: Floats = answer.astype(np.float32)[0]
    if planes.ndim == 2:  # a mask without an axis for its one channel
        planes = planes[..., None]
    elif use.layout == "NCHW":
        planes = planes.transpose(1, 2, 0)
    low, high = use.output_range
    planes = np.asarray((planes - np.float32(low)) / np.float32(high - low), np.float32)
    return planes[..., ::-1] if use.channels == "BGR" and planes.shape[2] == 3 else planes


def _tensor(planes: Array, use: Use, dtype: type[Any]) -> Array:
    ordered = planes.transpose(2, 0, 1) if use.layout == "NCHW" else planes
    if np.issubdtype(dtype, np.integer):
        ordered = np.clip(np.rint(ordered), 0, np.iinfo(dtype).max)
    return np.ascontiguousarray(ordered[None], dtype)
