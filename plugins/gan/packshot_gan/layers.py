"""What generators and critics of this plugin have in common. Imports torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from packshot_gan.use import GeneratorUse, coarsest

SLOPE = 0.2
"""Of leaky rectifiers below zero."""


def widths_of(use: GeneratorUse, width: int) -> list[int]:
    """Channels at each size from the coarsest to half the picture's, twice as many with each halving, at most 8 × `width`."""
    side, found = coarsest(use.size), []
    assert side is not None
    while side < use.size:
        found.append(use.size // side // 2)
        side *= 2
    return [width * min(8, times) for times in found]


class Seedbed(nn.Module):
    """From latent and class to the coarsest map: one dense layer, on latent and class side by side.

    M. Mirza, S. Osindero, "Conditional generative adversarial nets", 2014, figure 1.
    """

    def __init__(self, use: GeneratorUse, channels: int) -> None:
        super().__init__()
        side = coarsest(use.size)
        assert side is not None
        self.dense = nn.Conv2d(use.latent + use.kinds, channels * side**2, 1)
        self.fold = nn.PixelShuffle(side)

    def forward(self, latent: Tensor, label: Tensor) -> Tensor:
        """B×latent×1×1 and B×kinds×1×1 to B×channels×side×side."""
        made: Tensor = self.fold(self.dense(torch.cat((latent, label), 1)))
        return made


class Projection(nn.Module):
    """How real a picture of this class is, from the coarsest map.

    T. Miyato, M. Koyama, "cGANs with projection discriminator", ICLR 2018, equation 4: f(x, y) = yᵀ V φ(x) + ψ(φ(x)), with φ a
    dense layer and ψ a linear one.
    """

    def __init__(self, use: GeneratorUse, channels: int, features: int) -> None:
        super().__init__()
        side = coarsest(use.size)
        assert side is not None
        self.features = nn.Conv2d(channels, features, side)
        self.unconditional = nn.Linear(features, 1)
        self.classes = nn.Linear(use.kinds, features, bias=False)

    def forward(self, x: Tensor, label: Tensor) -> Tensor:
        """B×channels×side×side and B×kinds×1×1 to B numbers."""
        phi = nn.functional.leaky_relu(self.features(x), SLOPE).flatten(1)
        conditional = (self.classes(label.flatten(1)) * phi).sum(1)
        said: Tensor = conditional + self.unconditional(phi).squeeze(1)
        return said
