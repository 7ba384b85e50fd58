"""What every cutout says of itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue

Bytes = npt.NDArray[Any]

UNSURE = 0.35


def finding(alpha: Bytes, confidence: float, how: str = "") -> dict[str, JsonValue]:
    """The product's box (left, top, right, bottom in pixels), share of the picture, how sure the cut is, 0..1, and how it was
    made."""
    solid = alpha >= 128
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    height, width = alpha.shape
    box = [0, 0, width, height]
    if rows.size:
        box = [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]
    touches = box[0] == 0 or box[1] == 0 or box[2] == width or box[3] == height
    found: dict[str, JsonValue] = {
        "subject_box": list(box),
        "area": round(float(alpha.mean()) / 255, 4),
        "confidence": round(confidence, 3),
        "touches_border": touches,
    }
    if how:
        found["by"] = how
    if confidence == 0:
        found["note"] = (
            "No product could be told from the ground, so all of the picture was kept. Photograph it on a plainer ground."
        )
    elif confidence < UNSURE:
        found["note"] = "The product hardly differs from the ground: look at the cutout, or give a rough mask."
    return found
