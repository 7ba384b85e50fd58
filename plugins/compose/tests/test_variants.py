"""Variants are kept beside the original, measured against it, and laid out on one sheet."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame
from packshot_compose.comparison import Comparison
from packshot_compose.variant import Variant, variants_of

from .pictures import bottle, do

RED, BLUE = (0.8, 0.1, 0.1), (0.1, 0.2, 0.8)


def recoloured(frame, colour):
    """With the light and the little print of the bottle."""
    return frame.with_rgb(np.clip(frame.rgb.mean(axis=2, keepdims=True) * 2.5 * np.float32(colour), 0, 1).astype(np.float32))


def kept(*colours):
    frame = do(Variant, bottle())
    for number, colour in enumerate(colours):
        frame = do(Variant, recoloured(frame, colour), name=f"Colour {number}")
    return frame


def test_after_each_variant_the_original_is_back_bit_for_bit():
    original, after = bottle(), kept(RED, BLUE)
    assert np.array_equal(after.rgb, np.clip(original.rgb, 0, 1))
    assert np.array_equal(after.alpha, original.alpha)
    assert np.array_equal(after.planes["kept.3"][..., :3], recoloured(original, BLUE).rgb)


def test_each_is_named_and_measured_against_the_original():
    first, red, blue = variants_of(kept(RED, BLUE))
    assert (first["name"], red["name"], blue["name"]) == ("Original", "Colour 0", "Colour 1")
    assert (first["delta_e"], first["detail"]) == (0, 1)
    assert min(red["delta_e"], blue["delta_e"]) > 20
    assert red["detail"] > 0.9
    assert int(red["color"][1:3], 16) > 2 * int(red["color"][5:], 16)
    assert int(blue["color"][5:], 16) > 2 * int(blue["color"][1:3], 16)


def test_lost_detail_is_told():
    frame = do(Variant, bottle())
    flat = frame.with_rgb(np.random.default_rng(0).random(frame.rgb.shape).astype(np.float32))
    assert variants_of(do(Variant, flat))[1]["detail"] < 0.3


def test_names_left_out_are_counted():
    assert [each["name"] for each in variants_of(do(Variant, do(Variant, bottle())))] == ["Original", "Variant 2"]


def test_what_cannot_be_kept_is_refused_in_words():
    with pytest.raises(BadPhoto, match="needs a cut-out product"):
        do(Variant, Frame.of(np.zeros((20, 20, 3), np.float32)))
    one = do(Variant, bottle())
    with pytest.raises(BadParameters, match="of one size"):
        do(Variant, one.with_planes(rgb=one.rgb[:100], alpha=one.alpha[:100]))
    many = bottle()
    for _ in range(12):
        many = do(Variant, many)
    with pytest.raises(BadParameters, match="Up to 12"):
        do(Variant, many)


def test_the_sheet_shows_all_at_one_scale_with_words_below():
    sheet = do(Comparison, kept(RED, BLUE), width=600, height=300)
    assert sheet.alpha is None
    assert "kept.1" not in sheet.planes
    assert sheet.rgb.shape == (300, 600, 3)
    thirds = np.split(sheet.rgb, 3, axis=1)
    widths = []
    for third in thirds:
        product = (third[: 300 * 3 // 4] < 0.7).any(axis=2)
        widths.append(int(product.any(axis=0).sum()))
        assert (third[230:] < 0.6).any()
    assert max(widths) - min(widths) <= 2
    assert thirds[1][..., 0].mean() > thirds[2][..., 0].mean()
    assert [each["name"] for each in sheet.findings["compose.comparison"]["variants"]] == ["Original", "Colour 0", "Colour 1"]


@pytest.mark.parametrize("count", [1, 2, 5, 11])
@pytest.mark.parametrize("columns", [0, 1, 4])
def test_any_number_fits(count, columns):
    sheet = do(Comparison, kept(*[RED] * count), width=400, height=300, columns=columns)
    assert np.isfinite(sheet.rgb).all()
    assert sheet.rgb.min() >= 0
    assert sheet.rgb.max() <= 1


@pytest.mark.parametrize("cut", [True, False])
def test_without_variants_the_picture_stands_alone(cut):
    sheet = do(Comparison, bottle() if cut else Frame.of(bottle().rgb), width=300, height=300)
    assert (np.abs(sheet.rgb - 1).max(axis=2) > 0.3).sum() > 3000
    assert sheet.findings["compose.comparison"]["variants"] == []
