"""`enhance.tone`: each control does what it says, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.imaging.pixels import srgb_to_linear
from packshot.plugin.local import apply

RAMP = np.repeat(np.linspace(0, 1, 256, dtype=np.float32)[None, :, None], 3, axis=2)


def test_one_stop_doubles_the_light_without_clipping():
    lit = apply("enhance.tone", RAMP, exposure=1)
    assert np.allclose(srgb_to_linear(lit), 2 * srgb_to_linear(RAMP), atol=1e-4)
    assert lit.max() > 1.3
    assert np.allclose(apply("enhance.tone", lit, exposure=-1), RAMP, atol=1e-4)


@pytest.mark.parametrize(
    "params",
    [
        {"contrast": 1},
        {"contrast": 0.5},
        {"gamma": 2},
        {"gamma": 0.5},
        {"highlights": 1},
        {"highlights": -1},
        {"shadows": 1},
        {"shadows": -1},
        {"highlights": -1, "shadows": 1},
        {"highlights": 1, "shadows": -1},
    ],
)
def test_curves_keep_black_and_white_and_never_turn_back(params):
    toned = apply("enhance.tone", RAMP, **params)[0, :, 0]
    assert toned[0] == pytest.approx(0, abs=1e-3)
    assert toned[-1] == pytest.approx(1, abs=1e-3)
    assert np.diff(toned).min() >= -1e-5


def test_less_contrast_draws_the_ends_in():
    toned = apply("enhance.tone", RAMP, contrast=-0.5)
    assert toned.min() > 0.1
    assert toned.max() < 0.9


def test_shadows_lift_dark_parts_more_than_bright_ones():
    change = (apply("enhance.tone", RAMP, shadows=1) - RAMP)[0, :, 0]
    assert change[64] > 3 * change[220] > 0


def test_saturation_minus_one_is_grey_and_keeps_luma():
    photo = data.astronaut()[::8, ::8].astype(np.float32) / 255
    grey = apply("enhance.tone", photo, saturation=-1)
    assert np.ptp(grey, axis=2).max() < 1e-5
    assert np.allclose(grey[..., 0], photo @ np.array([0.2126, 0.7152, 0.0722], np.float32), atol=1e-5)


def test_vibrance_moves_dull_colours_more_than_vivid_ones():
    dull, vivid = np.array([0.5, 0.45, 0.45], np.float32), np.array([0.95, 0.05, 0.05], np.float32)
    before = np.stack([dull, vivid])[None]
    spread = np.ptp(apply("enhance.tone", before, vibrance=1), axis=2)[0] / np.ptp(before, axis=2)[0]
    assert spread[0] > 1.8
    assert spread[1] < 1.2


def test_warm_is_red_up_and_blue_down_at_equal_luminance_of_grey():
    grey = np.full((1, 1, 3), 0.5, np.float32)
    warm = apply("enhance.tone", grey, temperature=0.5)[0, 0]
    assert warm[0] > 0.5 > warm[2]
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    assert srgb_to_linear(warm[None, None]) @ weights == pytest.approx(srgb_to_linear(grey)[0, 0] @ weights, rel=1e-4)
