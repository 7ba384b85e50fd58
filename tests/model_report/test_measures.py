"""The measures of the model report, on pictures small enough to know the answer."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.model_report.inpaint import HOLES
from tests.model_report.measures import inside, matting
from tests.model_report.noise import noisy


def picture(seed: int = 0, side: int = 64) -> np.ndarray:
    """H×W×3: soft blobs."""
    small = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), np.uint8)
    return cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)


def test_a_smear_in_a_hole_has_no_detail() -> None:
    truth = picture()
    hole = np.zeros(truth.shape[:2], np.bool_)
    hole[20:40, 20:40] = True
    smear = np.where(hole[..., None], np.uint8(truth[hole].mean()), truth)
    assert inside(truth, smear, hole)["detail"] < 0.5
    assert inside(truth, truth, hole)["detail"] == pytest.approx(1)


def test_a_perfect_alpha_has_no_error_and_a_loose_piece_is_one_of_connection() -> None:
    truth = np.zeros((64, 64), np.uint8)
    truth[16:48, 16:48] = 255
    assert all(value == 0 for name, value in matting(truth, truth).items() if not name.startswith("band"))
    loose = truth.copy()
    loose[4:8, 4:8] = 200
    assert matting(truth, loose)["conn"] == pytest.approx(16 * 200 / 255 / 1000, rel=1e-3)
    soft = cv2.GaussianBlur(truth, (0, 0), 3)
    assert matting(truth, soft)["grad"] > matting(truth, cv2.GaussianBlur(truth, (0, 0), 1))["grad"] > 0


@pytest.mark.parametrize(("kind", "least", "most"), [("thin", 0.03, 0.05), ("wide", 0.2, 0.3)])
def test_holes_have_the_size_that_the_table_says(kind: str, least: float, most: float) -> None:
    for seed in range(20):
        assert least <= HOLES[kind](300, 400, np.random.default_rng(seed)).mean() <= most


def test_noise_is_that_of_the_published_tables() -> None:
    truth = picture()
    np.random.seed(0)
    expected = truth / 255 + np.random.normal(0, 25 / 255, truth.shape)
    assert np.array_equal(noisy(truth, 25), expected.astype(np.float32))
    assert noisy(truth, 50).min() < 0
