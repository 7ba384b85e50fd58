"""Pixel formats: exact round trips, the sRGB curve, nothing clipped between floats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packshot.contracts.operation import Pixels
from packshot.imaging.pixels import as_pixels, linear_to_srgb, srgb_to_linear, to_depth
from packshot.plugin.frame import File, Frame

EIGHT = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
SIXTEEN = np.repeat(np.arange(65536, dtype=np.uint16).reshape(256, 256, 1), 3, axis=2)
FLOATS = (Pixels.FLOAT, Pixels.LINEAR)


@pytest.mark.parametrize("want", FLOATS)
@pytest.mark.parametrize("levels", [EIGHT, SIXTEEN], ids=["uint8", "uint16"])
def test_every_integer_level_survives_the_way_through_floats(levels: np.ndarray, want: Pixels):
    frame = Frame.of(levels, levels[:, :, 0])
    there = as_pixels(frame, want)
    back = to_depth(there, levels.dtype.type, want)
    assert (there.rgb.dtype, there.alpha.dtype) == (np.float32, np.float32)
    assert (back.rgb == levels).all()
    assert (back.alpha == levels[:, :, 0]).all()


def test_linear_light_is_the_srgb_standards():
    exact = EIGHT / 255.0
    exact = np.where(exact <= 0.04045, exact / 12.92, ((exact + 0.055) / 1.055) ** 2.4)
    np.testing.assert_allclose(as_pixels(Frame.of(EIGHT), Pixels.LINEAR).rgb, exact, atol=1e-7)


def test_alpha_is_never_put_through_the_curve():
    alpha = np.full((2, 2), 128, np.uint8)
    assert as_pixels(Frame.of(EIGHT[:2, :2], alpha), Pixels.LINEAR).alpha == pytest.approx(128 / 255)


@given(st.floats(-4, 4, width=32))
def test_values_outside_0_to_1_are_kept_between_floats(value: float):
    encoded = np.full((1, 1, 3), value, np.float32)
    linear = as_pixels(Frame.of(encoded), Pixels.LINEAR, Pixels.FLOAT)
    assert as_pixels(linear, Pixels.FLOAT, Pixels.LINEAR).rgb == pytest.approx(encoded, rel=1e-4, abs=1e-6)


def test_the_curve_is_odd():
    values = np.linspace(0, 3, 1000, dtype=np.float32)
    assert (srgb_to_linear(-values) == -srgb_to_linear(values)).all()
    assert (linear_to_srgb(-values) == -linear_to_srgb(values)).all()


def test_rounding_is_half_up_and_clips():
    values = np.array([[[-1, 0, 0.5 / 255], [1.5 / 255, 254.4 / 255, 7]]], np.float32)
    assert to_depth(Frame.of(values), np.uint8, Pixels.FLOAT).rgb.tolist() == [[[0, 0, 1], [2, 254, 255]]]


def test_not_a_number_is_black_and_infinity_white():
    values = np.array([[[np.nan, np.inf, -np.inf]]], np.float32)
    for have in FLOATS:
        assert to_depth(Frame.of(values), np.uint8, have).rgb.tolist() == [[[0, 255, 0]]]


def test_depths_convert_exactly():
    assert (to_depth(Frame.of(EIGHT), np.uint16).rgb == EIGHT.astype(np.uint16) * 257).all()
    assert (to_depth(Frame.of(SIXTEEN), np.uint8).rgb == np.floor(SIXTEEN / 257 + 0.5)).all()


def test_uint8_is_uint8_and_any_is_itself():
    frame = Frame.of(EIGHT)
    assert as_pixels(frame, Pixels.UINT8) is frame
    assert as_pixels(Frame.of(SIXTEEN), Pixels.UINT8).rgb.dtype == np.uint8
    for as_it_is in (frame, Frame.of(SIXTEEN)):
        assert as_pixels(as_it_is, Pixels.ANY) is as_it_is


def test_other_planes_findings_and_the_file_stay():
    depth = np.full((16, 16), 3.5, np.float32)
    file = File(b"x", "image/png")
    frame = Frame({"rgb": EIGHT, "depth": depth}, findings={"a": 1}, dpi=(72, 72), file=file)
    turned = as_pixels(frame, Pixels.LINEAR)
    assert turned.planes["depth"] is depth
    assert (turned.findings, turned.dpi, turned.file) == (frame.findings, frame.dpi, file)


def test_a_float_frame_of_unknown_format_is_refused():
    with pytest.raises(ValueError, match="say which"):
        as_pixels(Frame.of(EIGHT / np.float32(255)), Pixels.UINT8)


def test_a_frame_without_planes_is_left_alone():
    assert as_pixels(Frame({}), Pixels.LINEAR).planes == {}
