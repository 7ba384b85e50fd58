"""Photos for benchmarks: 1600×1200, busy, noisy, JPEG; the same every time."""

from __future__ import annotations

import cv2
import numpy as np

HEIGHT, WIDTH = 1200, 1600


def make_photo(seed: int) -> bytes:
    """One photo as JPEG, about 500 kB; every seed gives another."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    waves = [120 + 70 * np.sin(x / rng.uniform(60, 240) + c) * np.cos(y / rng.uniform(60, 240) - c) for c in range(3)]
    picture = np.stack(waves, -1)
    for _ in range(16):
        centre = (int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT)))
        colour = tuple(int(v) for v in rng.integers(0, 255, 3))
        cv2.circle(picture, centre, int(rng.integers(20, 200)), colour, -1, cv2.LINE_AA)
    picture += rng.normal(0, 8, (HEIGHT, WIDTH, 1))
    ok, content = cv2.imencode(".jpg", np.clip(picture, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 93])
    assert ok
    return content.tobytes()


def make_photos(count: int, first: int = 0) -> dict[str, bytes]:
    """Photos by file name."""
    return {f"photo-{first + index:05d}.jpg": make_photo(first + index) for index in range(count)}
