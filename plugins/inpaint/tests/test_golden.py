"""What the fills made when they were looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.golden import assert_golden

from packshot.plugin.local import apply

from .pictures import BRICK, COFFEE, as_mask, blob, board, scratches

FILE = Path(__file__).with_name("golden.json")
CASES = {
    **{f"{name} scratches": lambda name=name: apply(f"inpaint.{name}", COFFEE, as_mask(scratches())) for name in ("telea", "ns")},
    "patch scratches": lambda: apply("inpaint.patch", COFFEE, as_mask(scratches()), seed=1),
    "patch brick": lambda: apply("inpaint.patch", BRICK, as_mask(blob()), seed=1),
    "remove coffee": lambda: apply("inpaint.remove", COFFEE, box=(0.3, 0.3, 0.6, 0.6), seed=1),
    "uncrop board": lambda: apply("inpaint.uncrop", board(), left=40, right=60, top=20, seed=1),
    "uncrop brick": lambda: apply("inpaint.uncrop", BRICK, right=40, seed=1),
}


@pytest.mark.parametrize("case", CASES)
def test_golden(case):
    assert_golden(FILE, case, {"rgb": np.clip(CASES[case](), 0, 1)})
