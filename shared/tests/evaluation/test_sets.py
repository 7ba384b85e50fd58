"""Measures of sets have the values that closed forms give, and keep what they must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packshot.errors import BadParameters
from packshot.evaluation.coverage import coverage_of
from packshot.evaluation.distances import frechet_distance, kernel_distance
from packshot.evaluation.halves import with_set_intervals
from packshot.evaluation.memorising import QUANTILE, memorising_of
from packshot.evaluation.neighbours import nearest, radii


def gaussian(count, mean, root, seed=0):
    """Features whose sample mean and covariance are exactly `mean` and root·rootᵀ."""
    drawn = np.random.default_rng(seed).standard_normal((count, len(mean)))
    drawn -= drawn.mean(axis=0)
    whitened = drawn @ np.linalg.inv(np.linalg.cholesky(np.cov(drawn, rowvar=False))).T
    return whitened @ np.asarray(root).T + np.asarray(mean)


def cloud(count=300, dimensions=6, seed=0, shift=0.0, scale=1.0):
    return np.random.default_rng(seed).standard_normal((count, dimensions)) * scale + shift


def test_frechet_of_gaussians_with_axes_in_common():
    one, other = gaussian(200, [0, 1, 2], np.diag([1, 2, 3.0])), gaussian(300, [1, 1, 0], np.diag([2, 2, 0.5]), 1)
    # Squared distance of the means, and of the standard deviations.
    assert frechet_distance(one, other) == pytest.approx((1 + 0 + 4) + (1 + 0 + 6.25), rel=1e-9)


def test_frechet_of_gaussians_whose_axes_differ():
    random = np.random.default_rng(3)
    one, other = (gaussian(100, np.zeros(4), np.linalg.cholesky(each @ each.T), 5) for each in random.standard_normal((2, 4, 4)))
    a, b = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    eigenvalues = np.linalg.eigvals(a @ b)
    assert frechet_distance(one, other) == pytest.approx(np.trace(a + b) - 2 * np.sqrt(eigenvalues.real).sum(), rel=1e-8)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-3, 3), st.floats(0.2, 4))
def test_frechet_keeps_what_it_must(seed, shift, scale):
    random = np.random.default_rng(seed)
    one, other = cloud(60, 5, seed), cloud(80, 5, seed + 1, shift, scale)
    found = frechet_distance(one, other)
    turn = np.linalg.qr(random.standard_normal((5, 5)))[0]
    assert found == pytest.approx(frechet_distance(other, one), rel=1e-9)
    assert found == pytest.approx(frechet_distance(one @ turn + 7, other @ turn + 7), rel=1e-7)
    assert found == pytest.approx(frechet_distance(random.permutation(one), other), rel=1e-9)
    assert 9 * found == pytest.approx(frechet_distance(3 * one, 3 * other), rel=1e-9)
    assert frechet_distance(one, one) < 1e-9 * (1 + np.square(one).sum())


def test_frechet_needs_no_more_pictures_than_features_and_no_spread():
    few = cloud(4, 30)
    assert np.isfinite(frechet_distance(few, few + 1))
    flat = np.zeros((10, 3))
    assert frechet_distance(flat, flat + np.array([3, 0, 4])) == pytest.approx(25)
    # Features far from 0 must not drown what tells sets apart.
    assert frechet_distance(cloud() + 1e6, cloud() + 1e6 + 1) == pytest.approx(6, rel=1e-4)


def test_kernel_distance_is_what_its_definition_says():
    a, b = cloud(5, 3), cloud(5, 3, 1)

    def k(x, y):
        return (x @ y / 3 + 1) ** 3

    within = [sum(k(s[i], s[j]) for i in range(5) for j in range(5) if i != j) / 20 for s in (a, b)]
    expected = sum(within) - 2 * np.mean([k(x, y) for x in a for y in b])
    assert kernel_distance(a, b).mean == pytest.approx(expected)


def test_kernel_distance_of_sets_alike_is_about_none_whatever_their_size():
    for count in (60, 600):
        found = [kernel_distance(cloud(count, seed=2 * n), cloud(count, seed=2 * n + 1)).mean for n in range(20)]
        assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(20)
    shifts = [kernel_distance(cloud(), cloud(seed=1, shift=shift)).mean for shift in (0, 0.3, 1)]
    assert shifts == sorted(shifts)


def test_kernel_distance_of_large_sets_is_a_mean_over_blocks_that_the_seed_decides():
    one, other = cloud(300), cloud(200, seed=1, shift=0.5)
    first = kernel_distance(one, other, 1, size=100, blocks=20)
    assert first == kernel_distance(one, other, 1, size=100, blocks=20) != kernel_distance(one, other, 2, size=100, blocks=20)
    assert first.blocks == 20
    assert 0 < first.std < first.mean


@pytest.mark.parametrize("measure", [frechet_distance, kernel_distance])
@pytest.mark.parametrize("other", [np.zeros((1, 6)), np.zeros((9, 5)), np.zeros(6)])
def test_what_are_no_sets_is_said(measure, other):
    with pytest.raises(BadParameters):
        measure(cloud(), other)


def test_neighbours_by_hand():
    line = np.array([[0.0], [1], [3], [7]])
    assert radii(line, 2, 1).tolist() == [[3, 2, 3, 6], [1, 1, 2, 4]]
    which, far = nearest(np.array([[2.4], [100]]), line)
    assert which.tolist() == [2, 3]
    assert far == pytest.approx([0.6, 93])
    with pytest.raises(BadParameters, match="more than 4"):
        radii(line, 4)


def test_a_set_covers_itself():
    same = coverage_of(cloud(), cloud())
    assert (same.precision, same.recall, same.coverage) == (1, 1, 1)
    # Each picture lies within its own reach too, so k + 1 over k on the average.
    assert same.density == pytest.approx(1.2, abs=0.05)


def test_sets_far_apart_cover_nothing():
    far = coverage_of(cloud(), cloud(shift=100))
    assert (far.precision, far.recall, far.density, far.coverage) == (0, 0, 0, 0)


def test_few_kinds_are_precise_and_recall_little_and_blur_is_neither():
    real = cloud(400)
    narrow, wide = coverage_of(real, cloud(400, seed=1, scale=0.2)), coverage_of(real, cloud(400, seed=1, scale=3))
    alike = coverage_of(real, cloud(400, seed=1))
    assert narrow.precision > 0.98
    assert narrow.recall < 0.2
    assert alike.recall > 0.6
    assert narrow.density > 1.5 * alike.density
    assert narrow.coverage < 0.3
    assert alike.coverage > 0.9
    assert wide.precision < 0.5 < alike.precision


def test_coverage_of_random_sets_is_what_its_paper_expects():
    # Naeem et al., equation 9: 1 − (N−1)…(N−k) / ((N+M−1)…(N+M−k)) for sets of one kind; N = M = 1000, k = 5.
    n = m = 1000
    expected = 1 - np.prod([(n - i) / (n + m - i) for i in range(1, 6)])
    assert coverage_of(cloud(n), cloud(m, seed=1)).coverage == pytest.approx(expected, abs=0.02)


def test_copies_are_found_with_what_they_copy():
    train, unseen, new = cloud(500), cloud(300, seed=1), cloud(200, seed=2)
    honest = memorising_of(new, train, unseen)
    assert honest.ratio == pytest.approx(1, abs=0.06)
    assert honest.copies < 5 * QUANTILE
    copied = np.vstack([new[:150], train[:50] + 1e-3])
    caught = memorising_of(copied, train, unseen, pairs=50)
    assert caught.copies == pytest.approx(0.25, abs=0.03)
    assert {(pair.made, pair.train) for pair in caught.pairs} == {(150 + number, number) for number in range(50)}
    assert caught.pairs[0].ratio < 0.01
    assert memorising_of(train, train, unseen).ratio == 0


def test_intervals_hold_what_repeated_draws_give():
    def measure(a, b):
        return {"fd": frechet_distance(a, b)}

    figures = with_set_intervals(measure, [cloud(400), cloud(400, seed=1, shift=0.4)], seed=0, times=40)["fd"]
    repeated = [frechet_distance(cloud(400, seed=2 * n + 10), cloud(400, seed=2 * n + 11, shift=0.4)) for n in range(60)]
    assert figures.high - figures.low == pytest.approx(3.92 * np.std(repeated), rel=0.4)
    assert figures.low < np.mean(repeated) < figures.high
    assert figures.pictures == 400
