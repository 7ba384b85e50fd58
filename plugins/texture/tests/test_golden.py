"""What the operations made when they were looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import data
from tests.golden import assert_golden

from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame

from .test_apply import BRICK, product

FILE = Path(__file__).with_name("golden.json")
GRAVEL = np.repeat(data.gravel()[:200, :240, None], 3, axis=2).astype(np.float32) / 255
MATERIAL = {"texture": Frame.of(BRICK.astype(np.float32) / 255)}
FACE = [(0.1, 0.2), (0.9, 0.1), (0.8, 0.9), (0.2, 0.8)]
CASES = {
    "quilt": lambda: apply("texture.quilt", GRAVEL, width=300, height=200, seed=1),
    "ground": lambda: apply_frame("texture.ground", product(), inputs=MATERIAL, scale=0.4, seed=1).rgb,
    "tile": lambda: apply("texture.tile", GRAVEL),
    "apply": lambda: apply_frame("texture.apply", product(), inputs=MATERIAL, scale=0.5, rotation=30).rgb,
    "apply in perspective": lambda: apply_frame("texture.apply", product(), inputs=MATERIAL, corners=FACE, repeat="tile").rgb,
}


@pytest.mark.parametrize("case", CASES)
def test_golden(case):
    assert_golden(FILE, case, {"rgb": CASES[case]()})
