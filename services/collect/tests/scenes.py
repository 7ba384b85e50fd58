"""Pictures made by code: each seed its own scene, sharp, and unlike every other."""

import cv2
import numpy as np


def scene(seed, size=(240, 320)):
    """H×W×3 BGR: shapes with edges before an uneven ground."""
    random = np.random.default_rng(seed)
    height, width = size
    ground = cv2.resize(random.integers(120, 256, (4, 4, 3), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    picture = np.ascontiguousarray(ground)
    for _ in range(14):
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        x, y = int(random.integers(width)), int(random.integers(height))
        reach = int(random.integers(min(size) // 12, min(size) // 4))
        if random.random() < 0.5:
            cv2.circle(picture, (x, y), reach, colour, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(picture, (x, y), (x + reach, y + 2 * reach), colour, -1)
    return picture


def jpeg(picture, quality=92):
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def png(picture):
    return cv2.imencode(".png", picture)[1].tobytes()


def smaller(picture, factor=0.6):
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def blurred(picture, sigma=4):
    return cv2.GaussianBlur(picture, (0, 0), sigma)
