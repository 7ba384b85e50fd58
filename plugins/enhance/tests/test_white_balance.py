"""White balance takes the colour of the light away, and leaves coloured things alone."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters
from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

CAST = np.array([1.08, 1.0, 0.9], np.float32)


def scene(light=(1, 1, 1), ground=(0.6, 0.6, 0.6)) -> tuple[np.ndarray, np.ndarray]:
    """Linear light: three coloured things on a ground, and their alpha."""
    rgb = np.tile(np.array(ground, np.float32), (60, 90, 1))
    alpha = np.zeros((60, 90), np.float32)
    for index, colour in enumerate([(0.5, 0.1, 0.1), (0.1, 0.4, 0.15), (0.1, 0.15, 0.5)]):
        rgb[20:40, 10 + 25 * index : 30 + 25 * index] = colour
        alpha[20:40, 10 + 25 * index : 30 + 25 * index] = 1
    return rgb * np.array(light, np.float32), alpha


def balanced(light, ground=(0.6, 0.6, 0.6), **params):
    rgb, alpha = scene(light, ground)
    frame = apply_frame("enhance.white_balance", Frame.of(linear_to_srgb(rgb), alpha), **params)
    return srgb_to_linear(frame.rgb), frame.findings["enhance.white_balance"]


@pytest.mark.parametrize("method", ["ground", "shades_of_grey", "grey_world", "white_patch"])
def test_a_cast_is_taken_away_and_brightness_stays(method):
    corrected, _ = balanced(CAST, method=method)
    before, _ = scene(CAST)
    ground = corrected[0, 0]
    assert np.ptp(ground) / ground.mean() < 0.25 * np.ptp(before[0, 0]) / before[0, 0].mean()
    weights = np.array([0.2126, 0.7152, 0.0722])
    assert float(ground @ weights) == pytest.approx(float(before[0, 0] @ weights), rel=0.05)


def test_the_ground_method_is_exact_for_a_neutral_ground():
    corrected, found = balanced(CAST)
    true, _ = scene()
    assert np.allclose(corrected / corrected[0, 0, 1], true / true[0, 0, 1], atol=2e-3)
    assert found["gains"][0] < 1 < found["gains"][2]


def test_it_finds_a_plain_ground_without_a_cutout():
    rgb, _ = scene(CAST)
    frame = apply_frame("enhance.white_balance", Frame.of(linear_to_srgb(rgb)))
    ground = srgb_to_linear(frame.rgb)[0, 0]
    assert np.ptp(ground) < 2e-3


@pytest.mark.parametrize("ground", [(0.5, 0.35, 0.2), (0.1, 0.3, 0.12), (0.6, 0.1, 0.1)])
def test_a_coloured_ground_is_not_taken_for_coloured_light(ground):
    corrected, found = balanced((1, 1, 1), ground)
    assert np.allclose(corrected, scene((1, 1, 1), ground)[0], atol=1e-3)
    assert found["gains"] == [1, 1, 1]
    assert "coloured" in found["why"]


def test_a_blown_out_ground_says_nothing_whatever_its_shadows_say():
    rgb, alpha = scene(ground=(1.0, 1.0, 1.0))
    rgb[50:55] = (0.5, 0.55, 0.6)
    frame = apply_frame("enhance.white_balance", Frame.of(linear_to_srgb(rgb), alpha))
    assert frame.findings["enhance.white_balance"]["gains"] == [1, 1, 1]


@pytest.mark.parametrize("method", ["shades_of_grey", "grey_world", "white_patch"])
def test_no_gain_is_more_than_a_quarter(method):
    _, found = balanced((1.0, 0.4, 0.1), method=method)
    assert all(0.75 <= gain <= 1.25 for gain in found["gains"])


def test_half_strength_goes_half_the_way():
    whole, half = balanced(CAST)[1]["gains"], balanced(CAST, strength=0.5)[1]["gains"]
    assert np.allclose(np.array(half) - 1, (np.array(whole) - 1) / 2, atol=1e-3)


def test_without_any_background_nothing_is_done():
    rgb, _ = scene(CAST)
    frame = apply_frame("enhance.white_balance", Frame.of(linear_to_srgb(rgb), np.ones((60, 90), np.float32)))
    assert "no background" in frame.findings["enhance.white_balance"]["why"]


@pytest.mark.parametrize(
    "where",
    [
        {"point": (0.02, 0.05)},
        {"box": (0, 0, 0.1, 0.1)},
        {"polygon": [(0, 0), (0.1, 0), (0, 0.2)]},
    ],
)
def test_the_picker_makes_what_it_points_at_neutral(where):
    strong = (1.4, 1.0, 0.5)
    corrected, found = balanced(strong, method="picker", **where)
    ground = corrected[0, 0]
    assert np.ptp(ground) / ground.mean() < 2e-3
    assert found["gains"][0] < 0.8
    assert "pointed at" in found["why"]


def test_the_picker_needs_something_grey():
    with pytest.raises(BadParameters, match="point, a box or a polygon"):
        balanced(CAST, method="picker")
    with pytest.raises(BadParameters, match="Point at something grey"):
        balanced(CAST, ground=(0.0, 0.0, 0.0), method="picker", point=(0, 0))
