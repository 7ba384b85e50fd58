"""The measures of JPEG repair, enlarging and filling, on pictures small enough to know the answer."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from packshot.evaluation.blocking import psnr_b
from packshot.evaluation.holes import in_hole
from packshot.evaluation.luma import judged, luma
from packshot.evaluation.measures import psnr


def picture(side=64):
    """H×W×3: soft blobs."""
    small = np.random.default_rng(0).integers(0, 256, (6, 6, 3), np.uint8)
    return cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)


def test_blocks_cost_decibels_and_other_errors_do_not():
    truth = picture(256)
    blocky = cv2.imdecode(cv2.imencode(".jpg", truth, (cv2.IMWRITE_JPEG_QUALITY, 10))[1], cv2.IMREAD_COLOR)
    noise = np.clip(truth + np.random.default_rng(0).normal(0, 6, truth.shape), 0, 255).astype(np.uint8)
    assert psnr_b(truth, blocky) < psnr(truth, blocky) - 1
    assert psnr_b(truth, noise) == pytest.approx(psnr(truth, noise), abs=0.3)


def test_blocking_is_counted_as_the_paper_has_it():
    # One step of 8 levels between the only two blocks: its square by log2(8) / log2(8), beside an error of none.
    stepped = np.zeros((8, 16, 3), np.uint8)
    stepped[:, 8:] = 8
    between = 8.0**2 * 8 / 8
    assert psnr_b(stepped, stepped) == pytest.approx(10 * np.log10(255**2 / between))


def test_brightness_is_that_of_television():
    colours = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0]]], np.uint8)
    assert luma(colours) == pytest.approx(np.array([[16, 235, 81.481]]), abs=1e-3)


def test_a_border_does_not_count_when_enlarging():
    truth = picture()
    wrong = truth.copy()
    wrong[:4] = 255 - wrong[:4]
    assert judged(truth, wrong, 4)["psnr_y"] == 100
    assert judged(truth, wrong, 2)["psnr_y"] < 30


def test_only_the_hole_counts_when_filling():
    truth = picture()
    hole = np.zeros(truth.shape[:2], np.bool_)
    hole[20:40, 20:40] = True
    outside = np.where(hole[..., None], truth, 255 - truth).astype(np.uint8)
    assert in_hole(hole, truth, outside)["psnr"] == 100
    assert in_hole(hole, truth, outside)["l1"] == 0
    assert in_hole(hole, truth, truth) == pytest.approx({"psnr": 100, "ssim": 1, "l1": 0})
