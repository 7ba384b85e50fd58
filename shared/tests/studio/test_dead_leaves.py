from __future__ import annotations

import numpy as np

from packshot.studio.dead_leaves import _radii, dead_leaves


def test_seeds_repeat_and_differ():
    first, again, other = (dead_leaves(seed, (64, 96)) for seed in (1, 1, 2))
    assert first.shape == (64, 96, 3)
    assert first.dtype == np.uint8
    assert (first == again).all()
    assert (first != other).any()


def test_derivatives_have_the_heavy_tails_of_photos():
    """Kurtosis far above the Gaussian's 3 (Lee, Mumford and Huang 2001, figure 5)."""
    found = []
    for seed in range(4):
        grey = dead_leaves(seed, 128, smallest=3.0).astype(float).mean(axis=2)
        step = np.diff(grey, axis=1).ravel()
        found.append(((step - step.mean()) ** 4).mean() / step.var() ** 2)
    assert np.mean(found) > 6


def test_radii_fall_with_the_third_power():
    radii = _radii(np.random.default_rng(0), 4_000_000, 2.0, 100.0)
    share = (radii > 4).mean() / (radii > 2).mean()
    assert abs(share - 0.25) < 0.01
    assert radii.min() >= 2
    assert radii.max() <= 100
