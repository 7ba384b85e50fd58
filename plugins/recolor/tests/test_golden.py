"""What the operations made when they were looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import data
from tests.golden import assert_golden

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

from .shirts import shirt

FILE = Path(__file__).with_name("golden.json")
CUP = Frame.of((data.coffee()[::4, ::4] / 255).astype(np.float32))
MUG = [(0.3, 0.3), (0.62, 0.3), (0.62, 0.75), (0.3, 0.75)]
CASES = {
    **{
        f"shirt {old} {new}": lambda old=old, new=new: apply_frame("recolor.region", shirt(old, print_="#ffffff"), color=new)
        for old, new in (("#b01020", "#205090"), ("#161616", "#f4f4f2"), ("#f4f4f2", "#161616"), ("#808488", "#e0c040"))
    },
    "cup": lambda: apply_frame("recolor.region", CUP, polygon=MUG, color="#205090", part="main"),
    "cup turned": lambda: apply_frame("recolor.region", CUP, polygon=MUG, hue_shift=90),
    "brand": lambda: apply_frame("recolor.brand", shirt("#b83040", print_="#38a048"), palette=["#c8102e", "#20a040"]),
}


@pytest.mark.parametrize("case", CASES)
def test_golden(case):
    rgb = CASES[case]().rgb
    assert_golden(FILE, case, {"rgb": rgb / 255 if rgb.dtype == np.uint8 else rgb})
