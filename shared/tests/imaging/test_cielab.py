"""Colour differences are those of the paper and of scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import color, data

from packshot.imaging.cielab import delta_e, to_lab

SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]
"""Of the supplementary test data of Sharma et al. 2005, table 1."""


@pytest.mark.parametrize(("one", "other", "expected"), SHARMA)
def test_the_papers_pairs(one, other, expected):
    pair = np.array([[one]], np.float32), np.array([[other]], np.float32)
    assert delta_e(*pair)[0, 0] == pytest.approx(expected, abs=2e-4)
    assert delta_e(*pair[::-1])[0, 0] == pytest.approx(expected, abs=2e-4)


def test_lab_and_differences_are_those_of_scikit_image():
    photo = data.chelsea()[:60, :80].astype(np.float32) / 255
    other = np.clip(photo * 0.9 + 0.03, 0, 1).astype(np.float32)
    assert to_lab(photo) == pytest.approx(color.rgb2lab(photo), abs=2e-3)
    expected = color.deltaE_ciede2000(color.rgb2lab(photo), color.rgb2lab(other))
    assert delta_e(to_lab(photo), to_lab(other)) == pytest.approx(expected, abs=2e-3)


def test_equal_colours_are_no_difference_apart_and_grey_has_no_hue():
    grey = to_lab(np.full((2, 2, 3), 0.5, np.float32))
    assert delta_e(grey, grey).max() == 0
    assert np.abs(grey[..., 1:]).max() < 0.05
    red = to_lab(np.array([[[0.8, 0.1, 0.1]]], np.float32))
    assert delta_e(np.broadcast_to(red, (2, 2, 3)), red).shape == (2, 2)
