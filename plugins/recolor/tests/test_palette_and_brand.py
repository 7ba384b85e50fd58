"""Palettes are found; brand colours are reached and reported."""

from __future__ import annotations

import numpy as np
import pytest
from plugins.recolor.tests.shirts import BOX, lab, shirt
from skimage import color

from packshot.errors import BadParameters
from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame


def near(one: str, other: str) -> float:
    pair = [np.array([[[int(each[index : index + 2], 16) for index in (1, 3, 5)]]], np.uint8) for each in (one, other)]
    return float(color.deltaE_ciede2000(*(color.rgb2lab(each) for each in pair))[0, 0])


def test_the_palette_is_the_paints_and_not_their_shades():
    frame = shirt("#b01020", print_="#2040c0")
    after = apply_frame("recolor.palette", frame)
    found = after.findings["recolor.palette"]["colors"]
    assert after.rgb is frame.rgb or np.array_equal(after.rgb, frame.rgb)
    assert len(found) == 2
    assert found[0]["share"] == pytest.approx(1 - 500 / 7200, abs=0.02)
    assert near(found[0]["color"], "#b01020") < 8
    assert near(found[1]["color"], "#2040c0") < 8
    assert sum(each["share"] for each in found) == pytest.approx(1, abs=1e-3)


def test_black_white_and_grey_are_three_colours():
    rgb = np.zeros((30, 90, 3), np.uint8)
    rgb[:, 30:60], rgb[:, 60:] = 128, 250
    found = apply_frame("recolor.palette", Frame.of(rgb), box=(0, 0, 1, 1)).findings["recolor.palette"]["colors"]
    assert sorted(each["color"] for each in found) == ["#000000", "#808080", "#fafafa"]


def test_count_is_kept_and_the_same_picture_has_the_same_palette():
    rgb = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    once, again = (apply_frame("recolor.palette", Frame.of(rgb), box=(0, 0, 1, 1), count=3).findings for _ in range(2))
    assert once == again
    assert len(once["recolor.palette"]["colors"]) == 3


def test_a_colour_a_little_off_comes_to_the_brands():
    after = apply_frame("recolor.brand", shirt("#b83040"), palette=["#c8102e", "#0050b5", "#ffffff"])
    (found,) = after.findings["recolor.brand"]["colors"]
    assert found["brand"] == "#c8102e"
    assert found["delta_e_before"] > 4
    assert found["delta_e"] < 1
    assert np.abs(np.median(lab(after.rgb)[BOX][..., 0]) - lab(np.uint8([[[0xC8, 0x10, 0x2E]]]))[0, 0, 0]) < 2


def test_each_colour_goes_to_its_own_brand_colour_and_far_ones_stay():
    frame = shirt("#b83040", print_="#38a048")
    after = apply_frame("recolor.brand", frame, palette=["#c8102e"], max_delta_e=15)
    found = {each["changed"]: each for each in after.findings["recolor.brand"]["colors"]}
    assert found[True]["delta_e"] < 1.5
    assert found[False]["delta_e"] == found[False]["delta_e_before"] > 15
    assert np.abs(after.rgb[55:65, 65:80].astype(int) - frame.rgb[55:65, 65:80]).max() <= 3


def test_outside_and_at_zero_strength_every_bit_stays():
    frame = shirt("#b83040")
    clear = frame.alpha == 0
    after = apply_frame("recolor.brand", frame, palette=["#c8102e"])
    assert np.array_equal(after.rgb[clear], frame.rgb[clear])
    assert np.array_equal(after.alpha, frame.alpha)
    assert np.array_equal(apply_frame("recolor.brand", frame, palette=["#c8102e"], strength=0).rgb, frame.rgb)


def test_an_empty_region_is_told_and_no_palette_refused():
    empty = Frame.of(np.full((9, 9, 3), 9, np.uint8), np.zeros((9, 9), np.uint8))
    assert "empty" in apply_frame("recolor.brand", empty, palette=["#c8102e"]).findings["recolor.brand"]["note"]
    assert apply_frame("recolor.palette", empty).findings["recolor.palette"]["colors"] == []
    with pytest.raises(BadParameters):
        apply("recolor.brand", empty, palette=[])
