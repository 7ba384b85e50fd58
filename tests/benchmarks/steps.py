"""The five steps that the pipeline, the bare pool and Celery all do: resize, bilateral, CLAHE, sharpen, JPEG. RGB uint8."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[Any]


def decode(content: bytes) -> Picture:
    """JPEG to RGB."""
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def resize(picture: Picture) -> Picture:
    """To 1024 wide."""
    return cv2.resize(picture, (1024, 1024 * picture.shape[0] // picture.shape[1]), interpolation=cv2.INTER_AREA)


def bilateral(picture: Picture) -> Picture:
    """Tomasi & Manduchi 1998."""
    return cv2.bilateralFilter(picture, 9, 40, 40)


def clahe(picture: Picture) -> Picture:
    """On lightness."""
    lightness, a, b = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2LAB))
    lightness = cv2.createCLAHE(2.0, (8, 8)).apply(lightness)
    return cv2.cvtColor(cv2.merge((lightness, a, b)), cv2.COLOR_LAB2RGB)


def sharpen(picture: Picture) -> Picture:
    """Unsharp mask."""
    return cv2.addWeighted(picture, 1.5, cv2.GaussianBlur(picture, (0, 0), 1.2), -0.5, 0)


def jpeg(picture: Picture) -> bytes:
    """Quality 92."""
    ok, content = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert ok
    return content.tobytes()


STEPS: dict[str, Callable[[Picture], Picture]] = {"resize": resize, "bilateral": bilateral, "clahe": clahe, "sharpen": sharpen}


def all_steps(content: bytes) -> bytes:
    """The whole recipe in one call."""
    picture = decode(content)
    for step in STEPS.values():
        picture = step(picture)
    return jpeg(picture)
