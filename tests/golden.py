"""Golden pictures: what an operation made when somebody looked at it and found it good, kept small.

A golden file is JSON beside the tests: a case's name, and its picture shrunk to 8×6 pixels. `PACKSHOT_WRITE_GOLDEN=1` writes
what is made now instead of comparing; look at the pictures before you keep that.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

SIZE = (8, 6)
TOLERANCE = 3.0
"""Levels of 255 that a shrunk pixel may be off: far less than can be seen, more than other versions of OpenCV differ."""


def assert_golden(file: Path, case: str, planes: dict[str, npt.NDArray[np.generic]]) -> None:
    """Compare planes (H×W or H×W×C, 0..1) with the golden ones of `case` in `file`."""
    made = {name: shrunk(np.asarray(plane, np.float32)) for name, plane in planes.items()}
    golden = json.loads(file.read_text()) if file.exists() else {}
    if os.environ.get("PACKSHOT_WRITE_GOLDEN"):
        golden[case] = {name: plane.astype(int).tolist() for name, plane in made.items()}
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(golden[name])}" for name in sorted(golden))
        file.write_text(f"{{\n{lines}\n}}\n")
        return
    assert made.keys() == golden[case].keys()
    for name, plane in made.items():
        assert np.abs(plane - np.array(golden[case][name])).max() <= TOLERANCE, name


def shrunk(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The plane in few pixels, 0 to 255."""
    return np.rint(255 * cv2.resize(plane, SIZE, interpolation=cv2.INTER_AREA))
