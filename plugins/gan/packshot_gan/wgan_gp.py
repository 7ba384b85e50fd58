"""WGAN-GP: I. Gulrajani et al., "Improved training of Wasserstein GANs", NeurIPS 2017. Imports torch.

Its networks are DCGAN's, the critic without batch normalisation: the penalty is one of each picture by itself (section 4).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def critic_loss(real: Tensor, made: Tensor) -> Tensor:
    """E D(G(z)) - E D(x): the first two terms of equation 3."""
    return made.mean() - real.mean()


def generator_loss(made: Tensor) -> Tensor:
    """-E D(G(z))."""
    return -made.mean()


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, made: Tensor, share: Tensor) -> Tensor:
    """E (‖∇D(x̂)‖ - 1)² (equation 3, without λ). Pictures are B×C×H×W; x̂ is at `share` (B×1×1×1, 0..1) between them."""
    between = torch.lerp(real, made, share).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    # The root has no slope at zero.
    lengths = (slope.flatten(1).square().sum(1) + 1e-12).sqrt()
    return (lengths - 1).square().mean()
