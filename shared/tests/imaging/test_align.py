"""Photos laid over each other."""

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.imaging.align import align


def photo(name="coffee"):
    return getattr(data, name)().astype(np.float32) / 255


def moved(rgb, degrees, scale, shift, stops):
    """The photo turned, scaled, shifted and exposed otherwise, and the homography that was applied."""
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    turn[:, 2] += shift
    other = cv2.warpAffine(rgb, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.clip(other * 2 ** (stops / 2.2), 0, 1), np.vstack((turn, (0, 0, 1)))


@pytest.mark.parametrize(
    ("degrees", "scale", "shift", "stops"), [(0, 1, (0, 0), 0), (1.5, 1.02, (8, -5), 0), (-1, 0.99, (-12, 7), 1.5)]
)
def test_it_is_exact_to_a_fraction_of_a_pixel(degrees, scale, shift, stops):
    rgb = photo()
    other, truth = moved(rgb, degrees, scale, shift, stops)
    found = align(rgb, other)
    corners = np.array([[40, 40, 1], [560, 40, 1], [40, 360, 1], [560, 360, 1]]).T
    here, there = found.matrix @ corners, truth @ corners
    assert np.abs(here[:2] / here[2] - there[:2]).max() < 0.3
    assert found.correlation > 0.9


def test_the_other_photo_may_have_another_size_and_its_border_is_told():
    rgb = photo()
    half = cv2.resize(moved(rgb, 0, 1, (30, 0), 0)[0], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    warped, seen = align(rgb, half).warped(half, *rgb.shape[:2])
    assert np.abs(warped - rgb)[50:-50, 50:-80].mean() < 0.03
    assert seen[200, 100] == 1
    assert seen[200, -5] == 0


def test_photos_of_different_things_are_not_aligned():
    assert align(photo("coffee"), photo("rocket")) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 30, 3), (40, 40, 3)])
def test_what_shows_nothing_is_not_aligned(shape):
    assert align(np.full(shape, 0.5, np.float32), np.full(shape, 0.25, np.float32)) is None
