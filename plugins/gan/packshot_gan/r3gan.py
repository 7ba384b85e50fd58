"""A modern baseline: N. Huang et al., "The GAN is dead; long live the GAN! A modern GAN baseline", NeurIPS 2024. Imports torch.

The relativistic pairing loss is A. Jolicoeur-Martineau's ("The relativistic discriminator", 2018), the penalties are those of
L. Mescheder et al., "Which training methods for GANs do actually converge?", ICML 2018.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import softplus


def relativistic(better: Tensor, worse: Tensor) -> Tensor:
    """E f(D(better) - D(worse)), f(t) = log(1 + e⁻ᵗ), pair by pair (equation 2).

    The critic's is of (real, made), the generator's of (made, real): each made picture is judged beside a real one.
    """
    return softplus(worse - better).mean()


def squared_slope(said: Tensor, pictures: Tensor) -> Tensor:
    """E ‖∇D‖² at `pictures` (B×C×H×W), of which the critic `said` B numbers.

    R1 where they are real, R2 where they are made (Mescheder's equations 9 and 10, without γ/2).
    """
    (slope,) = torch.autograd.grad(said.sum(), pictures, create_graph=True)
    return slope.flatten(1).square().sum(1).mean()
