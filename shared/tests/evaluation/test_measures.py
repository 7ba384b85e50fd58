"""Measures have the values that their definitions give, and degradations are what they say."""

import numpy as np
import pytest

from packshot.errors import BadParameters
from packshot.evaluation.degrading import parse_degradation
from packshot.evaluation.measures import cutout, psnr, restoration

GREY = np.full((64, 64, 3), 100, np.uint8)


def square(left, right):
    mask = np.zeros((100, 100), np.uint8)
    mask[20:80, left:right] = 255
    return mask


def test_psnr_of_a_known_error():
    assert psnr(GREY, GREY + 10) == pytest.approx(20 * np.log10(255 / 10))
    assert restoration(GREY, GREY) == {"psnr": 100.0, "ssim": pytest.approx(1.0)}


def test_a_cutout_of_half_the_product():
    found = cutout(square(20, 80), square(20, 50))
    assert found["iou"] == 0.5
    assert found["mae"] == pytest.approx(0.18)
    assert found["sad"] == pytest.approx(1.8)
    assert 0.5 < found["boundary_f"] < 0.9


def test_a_right_cutout_and_an_empty_one():
    assert cutout(square(20, 80), square(20, 80)) == {"iou": 1.0, "boundary_f": pytest.approx(1.0), "mae": 0.0, "sad": 0.0}
    assert cutout(square(20, 80), square(0, 0))["iou"] == 0
    assert cutout(square(0, 0), square(0, 0))["boundary_f"] == 1.0


def test_contours_a_pixel_apart_are_near_and_ten_apart_are_not():
    assert cutout(square(20, 80), square(21, 80))["boundary_f"] == pytest.approx(1.0)
    assert cutout(square(20, 80), square(30, 80))["boundary_f"] < 0.95


def test_noise_has_the_strength_that_was_asked_for_and_is_the_same_each_time():
    noisy = parse_degradation("noise:25")
    first = noisy(GREY, np.random.default_rng(3))
    assert first.dtype == np.float32
    assert first.std() * 255 == pytest.approx(25, rel=0.03)
    assert (first == noisy(GREY, np.random.default_rng(3))).all()


def test_jpeg_and_blur_damage_detail():
    detail = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    for degradation in ("jpeg:10", "blur:2"):
        assert psnr(detail, np.rint(parse_degradation(degradation)(detail, np.random.default_rng(0)) * 255).astype(np.uint8)) < 25


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nose:25", "Did you mean noise"),
        ("noise:much", "comes a number"),
        ("jpeg:200", "takes 1 to 100"),
        ("blur", "comes a number"),
    ],
)
def test_what_is_no_degradation_says_what_is(text, message):
    with pytest.raises(BadParameters, match=message):
        parse_degradation(text)
