"""Pictures as a network looks at them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.errors import BadPhoto
from packshot.plugin.frame import Plane

Bytes = npt.NDArray[np.uint8]


def seen(picture: Plane, side: int, channels: int) -> Bytes:
    """C×side×side uint8 of a picture, H×W, H×W×1 or H×W×3 uint8 sRGB.

    All of it is shown: what is not square gets its border's pixels beside it. Shrunk by means of areas, enlarged linearly.
    Raises BadPhoto for an array that is no such picture.
    """
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] not in (1, 3)):
        raise BadPhoto(f"Features are taken of uint8 pictures, H×W, H×W×1 or H×W×3; this is {picture.dtype} {picture.shape}.")
    flat = np.ascontiguousarray(picture[..., 0] if picture.ndim == 3 and picture.shape[2] == 1 else picture)
    square = _fitted(flat, side)
    if channels == 1:
        return np.asarray(square if square.ndim == 2 else cv2.cvtColor(square, cv2.COLOR_RGB2GRAY), np.uint8)[None]
    coloured = square if square.ndim == 3 else np.repeat(square[..., None], 3, axis=2)
    return np.ascontiguousarray(coloured.transpose(2, 0, 1))


def _fitted(picture: Plane, side: int) -> Plane:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size != (width, height):
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    across, down = side - size[0], side - size[1]
    if not across and not down:
        return picture
    around = (down // 2, down - down // 2, across // 2, across - across // 2)
    return cv2.copyMakeBorder(picture, *around, cv2.BORDER_REPLICATE)
