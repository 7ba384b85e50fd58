"""The response by which noise is measured."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.imaging.noise import noise_response


@pytest.mark.parametrize("sigma", [0.004, 0.02, 0.1])
def test_its_mean_and_median_tell_the_noise_of_a_slope(sigma):
    slope = np.linspace(0, 1, 300, dtype=np.float32)[None] + np.zeros((200, 1), np.float32)
    noisy = slope + np.random.default_rng(0).normal(0, sigma, slope.shape).astype(np.float32)
    response = noise_response(noisy)
    assert np.sqrt(np.pi / 2) * response.mean() == pytest.approx(sigma, rel=0.03)
    assert 1.4826 * np.median(response) == pytest.approx(sigma, rel=0.03)


def test_a_slope_without_noise_answers_nothing():
    y, x = np.mgrid[:40, :50].astype(np.float32) / 50
    assert noise_response(0.3 * x + 0.5 * y)[1:-1, 1:-1].max() < 1e-6
