"""Poisson's equation on parts of pictures."""

from time import process_time

import numpy as np
import pytest

from packshot.imaging.poisson import solve_poisson


def laplacian(u):
    padded = np.pad(u, [(1, 1), (1, 1)] + [(0, 0)] * (u.ndim - 2), mode="edge")
    return padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] - 4 * u


def disc(height, width, share=0.45):
    y, x = np.mgrid[:height, :width]
    return np.hypot((x - width / 2) / width, (y - height / 2) / height) < share


@pytest.mark.parametrize("shape", [(40, 57), (131, 101), (300, 64), (3, 90), (70, 2)])
@pytest.mark.parametrize("free", ["disc", "to three borders", "specks"])
def test_it_solves_the_equation_and_keeps_what_is_given(shape, free):
    random = np.random.default_rng(0)
    mask = {"disc": disc(*shape), "to three borders": np.arange(shape[1]) > 3, "specks": random.random(shape) < 0.97}[free]
    mask = np.broadcast_to(mask, shape)
    truth = np.cumsum(np.cumsum(random.normal(0, 0.02, shape), axis=0), axis=1).astype(np.float32)
    source = laplacian(truth)
    given = np.where(mask, 0, truth).astype(np.float32)
    solved = solve_poisson(given, source, mask, cycles=20)
    assert np.abs(solved - truth).max() < 2e-3 * np.ptp(truth)
    np.testing.assert_array_equal(solved[~mask], truth[~mask])


def test_a_few_cycles_are_within_a_level_of_255():
    y, x = np.mgrid[:200, :260].astype(np.float32)
    harmonic = ((x - 130) ** 2 - (y - 100) ** 2)[..., None] / np.float32([3e4, 4e4, -5e4])
    mask = disc(200, 260)
    solved = solve_poisson(np.where(mask[..., None], 0, harmonic), np.zeros_like(harmonic), mask)
    assert np.abs(solved - harmonic).max() < 1 / 255


def test_without_anything_given_or_free_nothing_changes():
    plane = np.random.default_rng(0).random((9, 5), np.float32)
    for mask in (np.ones((9, 5), bool), np.zeros((9, 5), bool)):
        np.testing.assert_array_equal(solve_poisson(plane, np.zeros_like(plane), mask), plane)


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1, 3), (3, 4000), (4000, 9, 3)])
def test_a_strip_is_solved_exactly_and_at_once(shape):
    random = np.random.default_rng(1)
    truth = random.random(shape, np.float32)
    mask = np.ones(shape[:2], bool)
    mask[0, 0] = mask[-1, -1] = False
    given = np.where(mask.reshape(shape[:2] + (1,) * (len(shape) - 2)), 0, truth).astype(np.float32)
    began = process_time()
    solved = solve_poisson(given, laplacian(truth), mask)
    assert process_time() - began < 3
    if min(shape[:2]) <= 4:
        assert np.abs(solved - truth).max() < 0.05
