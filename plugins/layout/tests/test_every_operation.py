"""What holds for every layout operation."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

OPERATIONS = {
    "layout.orient": {"straighten": 3},
    "layout.normalize": {"max_side": 2},
    "layout.crop": {"margin": 0.1},
    "layout.fill": {"width": 40, "height": 30},
    "layout.canvas": {"output_size": "40x30", "padding": 0.1, "margin": "5%"},
    "layout.margin": {"margin": 0.1},
    "layout.pad": {"left": 1, "color": "#102030"},
    "layout.resize": {"width": 5, "height": 7, "fit": "stretch"},
    "layout.export": {"format": "png"},
}
SIZES = [(1, 1), (2, 3), (3, 2), (1, 40), (64, 48)]


def frame_of(size, value, dtype, cut_out) -> Frame:
    full = np.iinfo(dtype).max
    rgb = np.full((*size, 3), full if value == "white" else 0, dtype)
    if value == "noise":
        rgb = np.random.default_rng(3).integers(0, full, (*size, 3)).astype(dtype)
    return Frame.of(rgb, np.full(size, full, dtype) if cut_out else None)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("value", ["white", "noise"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("cut_out", [True, False])
def test_it_takes_any_picture_keeps_its_depth_and_changes_no_array_in_place(operation, size, value, dtype, cut_out):
    frame = frame_of(size, value, dtype, cut_out)
    before = {name: plane.copy() for name, plane in frame.planes.items()}
    for plane in frame.planes.values():
        plane.setflags(write=False)
    after = apply_frame(operation, frame, **OPERATIONS[operation])
    assert after.rgb.dtype == dtype
    assert all(plane.shape[:2] == (after.height, after.width) for plane in after.planes.values())
    assert all(np.array_equal(before[name], plane) for name, plane in frame.planes.items())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_equal_frames_give_equal_results(operation):
    one = apply_frame(operation, frame_of((64, 48), "noise", np.uint8, True), **OPERATIONS[operation])
    two = apply_frame(operation, frame_of((64, 48), "noise", np.uint8, True), **OPERATIONS[operation])
    assert np.array_equal(one.rgb, two.rgb)
    assert one.file == two.file
