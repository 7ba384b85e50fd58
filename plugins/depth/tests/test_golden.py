"""What the operations made when they were looked at."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data
from tests.golden import assert_golden

from packshot.plugin import Frame
from packshot_depth.compose import DepthCompose
from packshot_depth.relief import Relief
from packshot_depth.stack import Stack
from packshot_depth.stereo import Stereo
from packshot_depth.views import Views

from .pictures import do, focus_stack, pair

FILE = Path(__file__).with_name("golden.json")


def coffee():
    """The coffee's photo, cut out by an ellipse."""
    rgb = cv2.resize(data.coffee(), (300, 200), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    alpha = np.zeros((200, 300), np.float32)
    cv2.ellipse(alpha, (140, 100), (110, 85), 0, 0, 360, 1, -1)
    return Frame.of(rgb, alpha)


def stacked():
    photos, _ = focus_stack()
    return do(Stack, photos[0], inputs={f"photos.{n}": photo for n, photo in enumerate(photos[1:], start=1)}, align=False)


CASES = {
    "relief": lambda: do(Relief, coffee()),
    "light": lambda: do(DepthCompose, do(Relief, coffee()), light=0.8),
    "focus": lambda: do(DepthCompose, do(Relief, coffee()), blur=1, focus=0),
    "view": lambda: do(Views, do(Relief, coffee()), yaw=12, pitch=5),
    "stack": stacked,
    "stereo": lambda: do(Stereo, pair()[0], inputs={"right": pair()[1]}),
}


@pytest.mark.parametrize("case", CASES)
def test_golden(case):
    assert_golden(FILE, case, {name: np.clip(plane, 0, 1) for name, plane in CASES[case]().planes.items()})
