"""Latents: the numbers that a picture is made of."""

from __future__ import annotations

import numpy as np

from packshot.plugin.models import Floats


def latents_of(seed: int, count: int, size: int, truncation: float = 1.0) -> Floats:
    """count×size: the first `count` latents of a seed, of which the first is the same whatever `count` is.

    `truncation` (0..1) pulls them to the middle: what is made is more usual and less varied (T. Karras et al., "A style-based
    generator architecture for generative adversarial networks", CVPR 2019, appendix B, here on the latent itself).
    """
    drawn = np.random.default_rng([seed, 0]).standard_normal((count, size), np.float32)
    return drawn * np.float32(truncation)


def labels_of(seed: int, count: int, kinds: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The classes that a seed draws."""
    return np.random.default_rng([seed, 1]).integers(0, kinds, count)


def along(first: Floats, last: Floats, share: float) -> Floats:
    """The latent at `share` (0..1) of the way between two, on the arc: between latents of usual length none is unusually short.

    K. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985, slerp; its length goes from one's to the other's.
    """
    lengths = float(np.linalg.norm(first)), float(np.linalg.norm(last))
    if min(lengths) < 1e-6:
        return first + np.float32(share) * (last - first)
    one, other = first / lengths[0], last / lengths[1]
    angle = float(np.arccos(np.clip(one @ other, -1, 1)))
    if angle < 1e-3 or np.pi - angle < 1e-3:
        return first + np.float32(share) * (last - first)
    turned = (np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle)
    return np.asarray(turned * (lengths[0] + share * (lengths[1] - lengths[0])), np.float32)


def varied(latent: Floats, count: int, difference: float, seed: int) -> Floats:
    """count×size: neighbours of a latent, as far off as `difference` says (0: itself, 1: any other), and as long as is usual."""
    drawn = latents_of(seed, count, latent.size)
    keep = np.sqrt(np.float32(1 - difference**2))
    return np.asarray(keep * latent[None] + np.float32(difference) * drawn, np.float32)
