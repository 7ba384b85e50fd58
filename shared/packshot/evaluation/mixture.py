"""Pictures as points of a small space, and Gaussians there: what a generator must beat to have learnt anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

MOST_FITTED = 2000
"""Rows that principal components are found from."""


@dataclass(frozen=True)
class Components:
    """Principal components of rows (K. Pearson, 1901)."""

    mean: Doubles
    axes: Doubles
    """K×P, each of length 1, the one of most variance first."""

    def inside(self, rows: Doubles) -> Doubles:
        """N×K of N×P."""
        return np.asarray((rows - self.mean) @ self.axes.T)

    def outside(self, points: Doubles) -> Doubles:
        """N×P of N×K."""
        return np.asarray(points @ self.axes + self.mean)


def components_of(rows: Doubles, count: int, random: np.random.Generator) -> Components:
    """At most `count` components of N×P rows, found from MOST_FITTED of them."""
    chosen = rows[random.choice(len(rows), min(len(rows), MOST_FITTED), replace=False)]
    mean = chosen.mean(axis=0)
    # The smaller of rows·rowsᵀ and rowsᵀ·rows has the same eigenvalues.
    centred = chosen - mean
    values, vectors = np.linalg.eigh(centred @ centred.T)
    kept = np.argsort(values)[::-1][: min(count, len(chosen) - 1)]
    kept = kept[values[kept] > 1e-9 * max(1e-12, float(values.max()))]
    axes = vectors[:, kept].T @ centred
    return Components(mean, np.asarray(axes / np.linalg.norm(axes, axis=1, keepdims=True)))


@dataclass(frozen=True)
class Mixture:
    """Gaussians with full covariances."""

    weights: Doubles
    means: Doubles
    roots: Doubles
    """G×K×K lower triangles whose product with their transpose is the covariance."""

    def sample(self, count: int, random: np.random.Generator) -> Doubles:
        """count×K."""
        which = random.choice(len(self.weights), count, p=self.weights)
        drawn = random.standard_normal((count, self.means.shape[1]))
        return np.asarray(self.means[which] + np.einsum("nij,nj->ni", self.roots[which], drawn))


def mixture_of(points: Doubles, gaussians: int, random: np.random.Generator, rounds: int = 30) -> Mixture:
    """A mixture fitted to N×K points by expectation and maximisation (A. P. Dempster, N. M. Laird, D. B. Rubin, JRSS B 39, 1977).

    One Gaussian is fitted at once. Covariances have a thousandth of the mean variance added, so that none collapses.
    """
    ridge = 1e-3 * float(points.var(axis=0).mean()) + 1e-12
    share = _near(points, points[random.choice(len(points), gaussians, replace=False)])
    for _ in range(rounds if gaussians > 1 else 1):
        weights, means, roots = _maximised(points, share, ridge)
        if gaussians > 1:
            share = _expected(points, weights, means, roots)
    return Mixture(weights, means, roots)


def _near(points: Doubles, seeds: Doubles) -> Doubles:
    squares = np.square(points).sum(axis=1)[:, None] - 2 * points @ seeds.T + np.square(seeds).sum(axis=1)
    return np.asarray(np.eye(len(seeds))[squares.argmin(axis=1)])


def _maximised(points: Doubles, share: Doubles, ridge: float) -> tuple[Doubles, Doubles, Doubles]:
    total = share.sum(axis=0) + 1e-9
    means = share.T @ points / total[:, None]
    roots = np.empty((share.shape[1], points.shape[1], points.shape[1]))
    for each, (weight, mean) in enumerate(zip(total, means, strict=True)):
        centred = points - mean
        covariance = (centred * share[:, each : each + 1]).T @ centred / weight
        roots[each] = np.linalg.cholesky(covariance + ridge * np.eye(len(covariance)))
    return np.asarray(total / total.sum()), np.asarray(means), roots


def _expected(points: Doubles, weights: Doubles, means: Doubles, roots: Doubles) -> Doubles:
    logs = np.empty((len(points), len(weights)))
    for each, (weight, mean, root) in enumerate(zip(weights, means, roots, strict=True)):
        whitened = np.linalg.solve(root, (points - mean).T)
        logs[:, each] = np.log(weight) - np.log(np.diag(root)).sum() - 0.5 * np.square(whitened).sum(axis=0)
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))
