"""Pictures of a blue product on a ground, to get one thing wrong at a time."""

from __future__ import annotations

import io
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from packshot.plugin import File, Frame, Run
from packshot.plugin.local import apply_frame
from packshot_inspect.compliance import Compliance, ComplianceParams


def product(size=(1600, 1600), fill=0.87, ground=(255, 255, 255), centre=(0.5, 0.5), blur=0.0) -> np.ndarray:
    """A textured box of half the width, whose height takes `fill` of the frame. RGB uint8."""
    width, height = size
    rgb = np.full((height, width, 3), ground, np.uint8)
    high, wide = round(height * fill), max(2, round(height * fill / 2))
    top, left = round(height * centre[1] - high / 2), round(width * centre[0] - wide / 2)
    y, x = np.mgrid[0:height, 0:width]
    inside = (x >= left) & (x < left + wide) & (y >= top) & (y < top + high)
    texture = np.where((x // 16 + y // 16) % 2 == 0, 40, 110)
    rgb[inside] = np.stack([texture // 2, texture, texture + 60], axis=-1)[inside]
    return cv2.GaussianBlur(rgb, (0, 0), blur) if blur else rgb


def filed(rgb: np.ndarray, format="JPEG", **settings) -> File:
    content = io.BytesIO()
    settings = {"quality": 92, "subsampling": 0, **settings} if format == "JPEG" else settings
    Image.fromarray(rgb).save(content, format, **settings)
    return File(content.getvalue(), f"image/{format.lower()}")


def judged(file: File, market="amazon-main", alpha=None, **params):
    """The finding, and the repairs asked for."""
    rgb = np.array(Image.open(io.BytesIO(file.content)).convert("RGB"))
    frame = Frame.of(rgb, alpha).with_file(file)
    run = Run()
    after = Compliance().run(frame, ComplianceParams(market=market, **params), run)
    assert after.file is file
    return after.findings["inspect.compliance"], run.repairs


def status(file: File, rule: str, market="amazon-main", **params) -> str:
    finding, _ = judged(file, market, **params)
    return next(check["status"] for check in finding["checks"] if check["rule"] == rule)


def repaired(frame: Frame, steps) -> Frame:
    """`frame` after the steps."""
    for step in steps:
        frame = apply_frame(step.operation, frame, **step.params)
    return frame


@pytest.fixture
def pictures():
    """The functions of this file."""
    return sys.modules[__name__]
