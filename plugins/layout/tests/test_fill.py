"""`layout.fill` puts the product where marketplaces want it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame


def cutout(height, width, box, dtype=np.uint8) -> Frame:
    """A red box, cut out of green."""
    left, top, right, bottom = box
    alpha = np.zeros((height, width), dtype)
    alpha[top:bottom, left:right] = np.iinfo(dtype).max
    rgb = np.where(alpha[..., None] > 0, [np.iinfo(dtype).max // 2, 0, 0], [0, np.iinfo(dtype).max, 0]).astype(dtype)
    return Frame.of(rgb, alpha)


def box_of(frame: Frame) -> tuple[int, int, int, int]:
    assert frame.alpha is not None
    rows, columns = np.nonzero(frame.alpha > 127)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_the_longest_axis_fills_the_wanted_share_and_the_product_is_centred():
    frame = apply_frame("layout.fill", cutout(300, 400, (50, 60, 250, 160)), width=800, height=600, fill=0.8, max_upscale=8)
    left, top, right, bottom = box_of(frame)
    assert (frame.width, frame.height) == (800, 600)
    assert (right - left) / 800 == pytest.approx(0.8, abs=0.003)
    assert (bottom - top) == pytest.approx(320, abs=2)
    assert abs(left - (800 - right)) <= 1
    assert abs(top - (600 - bottom)) <= 1


@settings(max_examples=40, deadline=None)
@given(
    box=st.tuples(st.integers(0, 40), st.integers(0, 30), st.integers(45, 90), st.integers(35, 70)),
    canvas=st.tuples(st.integers(40, 300), st.integers(40, 300)),
    fill=st.floats(0.3, 1),
    align=st.tuples(st.sampled_from(["left", "center", "right"]), st.sampled_from(["top", "center", "bottom"])),
)
def test_any_product_fits_any_canvas(box, canvas, fill, align):
    frame = apply_frame(
        "layout.fill",
        cutout(70, 90, box),
        width=canvas[0],
        height=canvas[1],
        fill=fill,
        max_upscale=16,
        align_x=align[0],
        align_y=align[1],
    )
    left, top, right, bottom = box_of(frame)
    assert (frame.width, frame.height) == canvas
    assert max((right - left) / canvas[0], (bottom - top) / canvas[1]) == pytest.approx(fill, abs=3 / min(canvas))
    found = frame.findings["layout.fill"]
    assert isinstance(found, dict)
    assert found["fill"] == pytest.approx(fill, abs=0.001)


def test_alignment_keeps_the_margin_at_the_aligned_side():
    frame = apply_frame(
        "layout.fill", cutout(100, 100, (40, 10, 60, 90)), width=500, height=500, fill=0.8, max_upscale=8, align_x="left"
    )
    left, top, right, _ = box_of(frame)
    assert left == pytest.approx(top, abs=2)
    assert right < 250


def test_a_small_product_gets_a_smaller_canvas_not_a_blurred_one():
    frame = apply_frame("layout.fill", cutout(200, 200, (50, 50, 150, 150)), width=2000, height=2000, fill=0.8, max_upscale=2)
    left, _, right, _ = box_of(frame)
    assert frame.width == 250
    assert right - left == pytest.approx(200, abs=2)
    assert frame.findings["layout.fill"]["too_small"] is True


def test_the_canvas_does_not_shrink_below_min_side():
    frame = apply_frame("layout.fill", cutout(200, 200, (50, 50, 150, 150)), width=2000, height=1000, fill=0.8, min_side=600)
    left, _, right, _ = box_of(frame)
    assert (frame.width, frame.height) == (600, 300)
    assert right - left == pytest.approx(200, abs=2)


def test_every_plane_comes_along_and_outside_is_clear():
    frame = cutout(100, 100, (0, 0, 50, 50))
    frame = frame.with_planes(shadow=(np.ones((100, 100)) * 0.5).astype(np.float32), depth=np.ones((100, 100), np.float32))
    filled = apply_frame("layout.fill", frame, width=300, height=300, max_upscale=8)
    assert all(plane.shape[:2] == (300, 300) for plane in filled.planes.values())
    assert filled.alpha is not None
    assert filled.alpha[0, 0] == 0
    assert filled.planes["shadow"][0, 0] == 0
    assert filled.planes["shadow"][150, 150] == pytest.approx(0.5)
    assert filled.findings["layout.fill"]["cut_off"] == ["left", "top"]


@pytest.mark.parametrize("colour", [(255, 255, 255), (240, 240, 236)])
def test_a_picture_on_a_plain_ground_is_framed_with_more_of_that_ground(colour):
    rgb = np.full((200, 300, 3), colour, np.uint8)
    rgb[90:110, 140:160] = (30, 60, 90)
    filled = apply_frame("layout.fill", Frame.of(rgb), width=100, height=100, fill=0.8, max_upscale=4)
    assert filled.alpha is None
    ground = np.all(filled.rgb == colour, axis=-1)
    assert ground[[0, 0, -1, -1], [0, -1, 0, -1]].all()
    product = ~ground
    assert np.count_nonzero(product.any(axis=0)) == pytest.approx(80, abs=5)


def test_a_picture_without_a_plain_ground_is_taken_whole():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (50, 100, 3)).astype(np.uint8)
    filled = apply_frame("layout.fill", Frame.of(noise), width=200, height=200, fill=1)
    assert box_of(filled) == (0, 50, 200, 150)


def test_sixteen_bits_stay_sixteen():
    filled = apply_frame("layout.fill", cutout(60, 60, (10, 10, 50, 50), np.uint16), width=100, height=100)
    assert filled.rgb.dtype == np.uint16
    assert filled.rgb[40, 40, 0] == pytest.approx(32767, abs=2)
