"""What the operations made when they were looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.golden import assert_golden

from packshot.plugin import Frame
from packshot_compose.blend import Blend
from packshot_compose.board import Board
from packshot_compose.fuse import Fuse
from packshot_compose.ground import Backdrop, Ground
from packshot_compose.reflection import Reflection
from packshot_compose.scene import Scene
from packshot_compose.setting import Setting
from packshot_compose.shadow import Shadow

from .pictures import bottle, do, place
from .test_blend import patch
from .test_fuse import others, shot

FILE = Path(__file__).with_name("golden.json")
GROUNDS = [
    ("sweep", "above"),
    ("bokeh", "above"),
    *((m, view) for m in ("wood", "fabric", "marble") for view in ("above", "table")),
]
CASES = {
    **{
        f"shadow {mode}": lambda mode=mode: do(Shadow, bottle(width=240), mode=mode, direction=30)
        for mode in ("contact", "drop", "floating", "cast")
    },
    "reflection": lambda: do(Backdrop, do(Reflection, bottle(height=240)), shape="plain"),
    **{
        f"blend {method}": lambda method=method: do(Blend, patch()[0], inputs=patch()[1], method=method)
        for method in ("alpha", "poisson", "multiband")
    },
    **{
        f"ground {m} {v}": lambda m=m, v=v: do(Ground, Frame({}), seed=1, width=160, height=120, shape=m, view=v)
        for m, v in GROUNDS
    },
    "scene": lambda: do(Scene, bottle(), inputs={"ground": place(light=(1.2, 0.6), width=320, height=240)}),
    **{
        f"setting {style}": lambda style=style: do(Setting, bottle(), seed=2, style=style)
        for style in ("studio", "podium", "window", "leaves", "table")
    },
    "board": lambda: do(
        Board, bottle(), inputs={"cutouts.1": bottle(width=100), "cutouts.2": bottle(height=240)}, width=320, height=240
    ),
    "fuse": lambda: do(Fuse, shot(), inputs=others(shot(-2, 0.5, (6, -5)), shot(2, -0.4, (-7, 4)))),
}


@pytest.mark.parametrize("case", CASES)
def test_golden(case):
    made = CASES[case]()
    planes = {
        name: np.clip(plane, 0, 1) for name, plane in made.planes.items() if not case.startswith("shadow") or name == "shadow"
    }
    assert_golden(FILE, case, planes)
