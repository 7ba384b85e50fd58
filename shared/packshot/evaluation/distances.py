"""How far two sets of pictures lie apart, by features of each picture: Fréchet and kernel distance.

A distance is worth what its features are: say whose they are wherever it is shown (`fd.fashion`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from packshot.errors import BadParameters

Features = npt.NDArray[np.floating]
"""N×D: a row for each picture."""
_Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class KernelDistance:
    """The mean over blocks, and how far blocks differ."""

    mean: float
    std: float
    """Between blocks; that of the mean is smaller."""
    blocks: int


def frechet_distance(one: Features, other: Features) -> float:
    """The squared Fréchet distance between the Gaussians of two sets (N×D and M×D); 0 for equal sets, without a bound above.

    D. C. Dowson, B. V. Landau, "The Fréchet distance between multivariate normal distributions", J. Multivariate Analysis 12,
    1982, equation 4, on features as M. Heusel et al., "GANs trained by a two time-scale update rule", NeurIPS 2017, use it.
    It grows as sets get smaller: compare sets of one size. Raises BadParameters for sets of one picture or of other features.
    """
    a, b = _checked(one, other)
    apart = a.mean(axis=0) - b.mean(axis=0)
    left, right = _root(a), _root(b)
    # tr (AB)^½ is the nuclear norm of A^½ B^½: no root of a product that need not be symmetric, and none of a negative number.
    overlap = float(np.linalg.svd(left @ right, compute_uv=False).sum())
    return max(0.0, float(apart @ apart + np.square(left).sum() + np.square(right).sum() - 2 * overlap))


def kernel_distance(one: Features, other: Features, seed: int = 0, *, size: int = 1000, blocks: int = 50) -> KernelDistance:
    """The squared maximum mean discrepancy of two sets by the kernel (x·y / D + 1)³, without bias: around 0 for sets alike.

    M. Bińkowski et al., "Demystifying MMD GANs", ICLR 2018, §4: the mean of `blocks` estimates (A. Gretton et al., "A kernel
    two-sample test", JMLR 13, 2012, equation 3), each of at most `size` pictures of each set, drawn without replacement.
    Unlike the Fréchet distance it is the same on the average for small and large sets. Raises BadParameters as that does.
    """
    a, b = _checked(one, other)
    random = np.random.default_rng(seed)
    size = min(len(a), len(b), size)
    blocks = 1 if size == len(a) == len(b) else blocks
    found = [_discrepancy(_drawn(a, size, random), _drawn(b, size, random)) for _ in range(blocks)]
    return KernelDistance(float(np.mean(found)), float(np.std(found)), blocks)


def _checked(one: Features, other: Features) -> tuple[_Doubles, _Doubles]:
    if one.ndim != 2 or other.ndim != 2 or one.shape[1] != other.shape[1]:
        raise BadParameters(f"Features are N×D and M×D of one network; these are {one.shape} and {other.shape}.")
    if min(len(one), len(other)) < 2:
        raise BadParameters("A distance between sets needs two pictures of each, and says little below some hundreds.")
    return np.asarray(one, np.float64), np.asarray(other, np.float64)


def _root(features: _Doubles) -> _Doubles:
    """The symmetric root of the covariance, D×D."""
    covariance = np.atleast_2d(np.cov(features, rowvar=False))
    values, vectors = np.linalg.eigh(covariance)
    # What rounding made negative.
    rooted = np.sqrt(np.maximum(values, 0))
    return np.asarray((vectors * rooted) @ vectors.T)


def _drawn(features: _Doubles, size: int, random: np.random.Generator) -> _Doubles:
    return features[random.choice(len(features), size, replace=False)]


def _discrepancy(a: _Doubles, b: _Doubles) -> float:
    within = [(_kernel_sum(each, each) - _diagonal_sum(each)) / (len(each) * (len(each) - 1)) for each in (a, b)]
    return float(within[0] + within[1] - 2 * _kernel_sum(a, b) / (len(a) * len(b)))


def _kernel_sum(a: _Doubles, b: _Doubles) -> float:
    products = a @ (b.T / a.shape[1]) + 1
    return float(np.vdot(products, np.square(products)))


def _diagonal_sum(a: _Doubles) -> float:
    return float(((np.square(a).sum(axis=1) / a.shape[1] + 1) ** 3).sum())
