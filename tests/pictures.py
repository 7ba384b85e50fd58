"""Small photos for tests that span packages: a thing on a table, quickly made, different for every seed."""

from __future__ import annotations

import cv2
import numpy as np


def product_photo(seed: int = 0, width: int = 480, height: int = 360) -> bytes:
    """A dark mug-like thing on a bright, unevenly lit, noisy table, as JPEG."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.stack([190 + 30 * x / width - 12 * c + 6 * np.sin(y / 9 + c) for c in range(3)], -1)
    colour = tuple(int(v) for v in rng.integers(20, 110, 3))
    centre = (width // 2 + int(rng.integers(-30, 30)), height // 2)
    cv2.ellipse(
        picture, (centre[0], centre[1] + height // 5), (width // 5, height // 20), 0, 0, 360, (120, 120, 120), -1, cv2.LINE_AA
    )
    cv2.rectangle(
        picture, (centre[0] - width // 8, height // 4), (centre[0] + width // 8, 3 * height // 4), colour, -1, cv2.LINE_AA
    )
    cv2.circle(picture, (centre[0] + width // 8, height // 2), height // 8, colour, height // 24, cv2.LINE_AA)
    picture += rng.normal(0, 4, picture.shape)
    ok, content = cv2.imencode(".jpg", np.clip(picture, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert ok
    return content.tobytes()


def read_picture(content: bytes) -> np.ndarray:
    """RGB uint8 of a finished file."""
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
