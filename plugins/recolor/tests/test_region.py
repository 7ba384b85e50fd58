"""A recoloured product has the colour asked for, and the light that it had."""

from __future__ import annotations

import numpy as np
import pytest
from plugins.recolor.tests.shirts import BOX, folds, lab, shirt
from skimage import data

from packshot.errors import BadParameters
from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame

PAINTS = ["#b01020", "#205090", "#e0c040", "#f4f4f2", "#161616", "#808488"]


@pytest.mark.parametrize("old", PAINTS)
@pytest.mark.parametrize("new", PAINTS)
def test_any_paint_to_any_other_keeps_the_folds_and_comes_near(old, new):
    frame = apply_frame("recolor.region", shirt(old), color=new)
    found = frame.findings["recolor.region"]
    assert found["delta_e"] < 4
    lightness = lab(frame.rgb)[BOX][1:, :, 0]
    light = folds()[BOX][1:]
    assert np.corrcoef(lightness.ravel(), light.ravel())[0, 1] > 0.85
    assert lightness.std() > 1


@pytest.mark.parametrize("new", ["#205090", "#f4f4f2", "#161616"])
def test_it_looks_as_if_photographed_in_that_colour(new):
    after = lab(apply_frame("recolor.region", shirt("#808488"), color=new).rgb)[BOX]
    true = lab(shirt(new).rgb)[BOX]
    assert np.abs(after - true).mean() < 6


def test_a_white_product_turned_black_and_back_is_white_again():
    black = apply_frame("recolor.region", shirt("#f4f4f2"), color="#161616")
    white = apply_frame("recolor.region", black, color="#f4f4f2")
    assert lab(black.rgb)[BOX][..., 0].mean() < 20
    assert lab(white.rgb)[BOX][..., 0].mean() > 85


def test_white_print_on_a_coloured_product_stays_white():
    frame = apply_frame("recolor.region", shirt("#b01020", print_="#ffffff"), color="#205090")
    printed = lab(frame.rgb)[52:68, 62:83]
    assert np.abs(printed[..., 1:]).mean() < 4
    assert np.abs(printed[..., 0] - lab(shirt("#b01020", print_="#ffffff").rgb)[52:68, 62:83, 0]).mean() < 4


def test_a_product_of_two_colours_gets_the_new_one_where_it_has_its_main_one():
    """Neither is the blue part's new colour off because a third of the product is white, nor is the white part tinted."""
    two = shirt("#2040c0")
    rgb, light = two.rgb.copy(), folds()
    rgb[70:100] = np.rint(np.clip(np.float32([0.92, 0.91, 0.89]) * light[70:100, :, None] ** 0.45, 0, 1) * 255)
    frame = apply_frame("recolor.region", Frame.of(rgb, two.alpha), color="#c8102e")
    blue, white = np.s_[25:65, 30:110], np.s_[75:95, 30:110]
    assert np.abs(np.median(lab(frame.rgb)[blue], axis=(0, 1)) - lab(shirt("#c8102e").rgb)[blue].mean(axis=(0, 1))).max() < 12
    assert np.abs(lab(frame.rgb)[white] - lab(rgb)[white])[..., 1:].max() < 12
    assert frame.findings["recolor.region"]["delta_e"] < 4


@pytest.mark.parametrize("new", ["#f4f4f2", "#1c1c1c"])
def test_what_is_painted_white_or_black_keeps_no_tint_where_it_was_more_colourful(new):
    before = shirt("#b06050")
    rgb = before.rgb.copy()
    # A face in warmer, stronger light, as a box's top has it.
    rgb[20:50] = np.clip(rgb[20:50].astype(np.float32) * (1.25, 1.1, 1.0), 0, 255)
    after = lab(apply_frame("recolor.region", Frame.of(rgb, before.alpha), color=new).rgb)[BOX][1:]
    assert np.hypot(after[..., 1], after[..., 2]).max() < 6


def test_only_the_picked_or_the_main_colour_changes():
    two = shirt("#b01020", print_="#2040c0")
    for params in ({"pick": "#2040c0"}, {"part": "main"}):
        after = apply_frame("recolor.region", two, color="#30a040", **params).rgb
        changed = (after != two.rgb).any(axis=2)
        assert changed[52:68, 62:83].all() == ("pick" in params)
        assert changed[75:95, 30:110].all() == ("part" in params)


def test_hues_turn_and_lightness_stays():
    before = shirt("#b06050")
    after = lab(apply_frame("recolor.region", before, hue_shift=120).rgb)[BOX]
    assert np.abs(after[..., 0] - lab(before.rgb)[BOX][..., 0]).max() < 1.5
    angle = np.degrees(
        np.arctan2(after[..., 2], after[..., 1]) - np.arctan2(*lab(before.rgb)[BOX][..., 2:0:-1].transpose(2, 0, 1))
    )
    assert np.median(angle % 360) == pytest.approx(120, abs=3)


@pytest.mark.parametrize(("dtype", "full"), [(np.uint8, 255), (np.uint16, 65535), (np.float32, 1)])
def test_outside_the_region_every_bit_stays_and_so_does_alpha(dtype, full):
    rgb = (np.random.default_rng(0).random((50, 60, 3)) * full).astype(dtype)
    mask = np.zeros((50, 60, 3), np.uint8)
    mask[10:30, 10:40] = 255
    alpha = (np.random.default_rng(1).random((50, 60)) * full).astype(dtype)
    after = apply_frame("recolor.region", Frame.of(rgb, alpha), inputs={"mask": Frame.of(mask)}, color="#c02020")
    assert after.rgb.dtype == dtype
    assert np.array_equal(after.rgb[mask[..., 0] == 0], rgb[mask[..., 0] == 0])
    assert np.array_equal(after.alpha, alpha)
    assert (after.rgb != rgb).any()


def test_strength_nothing_half_and_whole():
    photo = (data.astronaut()[::4, ::4] / 255).astype(np.float32)
    none, half, whole = (
        apply("recolor.region", photo, box=(0.2, 0.2, 0.8, 0.8), color="#40a080", strength=strength) for strength in (0, 0.5, 1)
    )
    assert np.array_equal(none, photo)
    assert np.allclose(half, (photo + whole) / 2, atol=1e-5)


def test_an_empty_region_is_told_and_no_region_or_colour_refused():
    photo = np.full((20, 20, 3), 128, np.uint8)
    clear = apply_frame("recolor.region", Frame.of(photo, np.zeros((20, 20), np.uint8)), color="#102030")
    assert "Nothing" in clear.findings["recolor.region"]["note"]
    assert np.array_equal(clear.rgb, photo)
    with pytest.raises(BadParameters, match="must be told where"):
        apply("recolor.region", photo, color="#102030")
    with pytest.raises(BadParameters, match="new colour"):
        apply("recolor.region", photo, box=(0, 0, 1, 1))


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (30, 2)])
@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("operation", ["recolor.region", "recolor.brand"])
def test_tiny_black_and_white_pictures(size, level, operation):
    params = {"color": "#c02020"} if operation == "recolor.region" else {"palette": ["#c02020", "#ffffff"]}
    after = apply(operation, np.full((*size, 3), level, np.uint8), box=(0, 0, 1, 1), **params)
    assert after.shape == (*size, 3)


def test_grey_targets_give_grey():
    after = apply_frame("recolor.region", shirt("#808488"), color="#404040").rgb[BOX][1:].astype(int)
    assert np.ptp(after, axis=2).max() <= 4
    assert np.median(after) == pytest.approx(64, abs=6)
