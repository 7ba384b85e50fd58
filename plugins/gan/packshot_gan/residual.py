"""The networks of the modern baseline: residual blocks without any normalisation. Imports torch.

N. Huang et al., "The GAN is dead; long live the GAN!", NeurIPS 2024, section 4. Two things differ, so that it can be trained
without a GPU: blocks narrow where theirs widen in groups, and the finest layer works on pixels folded 2×2 into channels (W. Shi
et al., "Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network", CVPR 2016).
"""

from __future__ import annotations

import math
from itertools import pairwise

from torch import Tensor, nn

from packshot_gan.layers import SLOPE, Projection, Seedbed, widths_of
from packshot_gan.use import GeneratorUse


class ResidualGenerator(nn.Module):
    """From the coarsest map to the picture; each size has some residual blocks."""

    def __init__(self, use: GeneratorUse) -> None:
        super().__init__()
        widths = widths_of(use, use.width)
        self.seedbed = Seedbed(use, widths[0])
        layers: list[nn.Module] = blocks(widths[0], use.blocks)
        for coarse, fine in pairwise(widths):
            layers += [nn.Conv2d(coarse, fine, 1), nn.Upsample(scale_factor=2), *blocks(fine, use.blocks)]
        self.body = nn.Sequential(*layers)
        self.tail = nn.Conv2d(widths[-1], 4 * use.channels, 3, padding=1)
        self.unfold = nn.PixelShuffle(2)

    def forward(self, latent: Tensor, label: Tensor) -> Tensor:
        """B×latent×1×1 and B×kinds×1×1 to pictures B×channels×size×size, about -1..1."""
        made: Tensor = self.unfold(self.tail(self.body(self.seedbed(latent, label))))
        return made


class ResidualTrunk(nn.Module):
    """From a picture to the coarsest map."""

    def __init__(self, use: GeneratorUse, width: int) -> None:
        super().__init__()
        widths = widths_of(use, width)[::-1]
        layers: list[nn.Module] = [nn.PixelUnshuffle(2), nn.Conv2d(4 * use.channels, widths[0], 3, padding=1)]
        layers += blocks(widths[0], use.blocks)
        for fine, coarse in pairwise(widths):
            layers += [nn.AvgPool2d(2), nn.Conv2d(fine, coarse, 1), *blocks(coarse, use.blocks)]
        self.body = nn.Sequential(*layers)
        self.channels = widths[-1]

    def forward(self, picture: Tensor) -> Tensor:
        """B×channels×size×size, -1..1."""
        made: Tensor = self.body(picture)
        return made


class ResidualCritic(nn.Module):
    """Says how real a picture of a class is."""

    def __init__(self, use: GeneratorUse) -> None:
        super().__init__()
        self.trunk = ResidualTrunk(use, use.width)
        self.head = Projection(use, self.trunk.channels, 2 * self.trunk.channels)

    def forward(self, picture: Tensor, label: Tensor) -> Tensor:
        """B×channels×size×size (-1..1) and B×kinds×1×1 to B numbers. Only the difference of two pictures' says something."""
        said: Tensor = self.head(self.trunk(picture), label)
        return said


class _Block(nn.Module):
    def __init__(self, channels: int, depth: int) -> None:
        super().__init__()
        inner = max(4, channels // 2)
        self.narrow = nn.Conv2d(channels, inner, 1)
        self.mix = nn.Conv2d(inner, inner, 3, padding=1)
        self.widen = nn.Conv2d(inner, channels, 1, bias=False)
        # A block begins as the identity, and what it adds grows slowly (H. Zhang et al., "Fixup initialization", ICLR 2019).
        gain = nn.init.calculate_gain("leaky_relu", SLOPE) * depth ** (-1 / 4)
        for layer in (self.narrow, self.mix):
            nn.init.normal_(layer.weight, 0, gain / math.sqrt(layer.weight[0].numel()))
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.widen.weight)

    def forward(self, x: Tensor) -> Tensor:
        act = nn.functional.leaky_relu
        made: Tensor = self.widen(act(self.mix(act(self.narrow(act(x, SLOPE)), SLOPE)), SLOPE))
        return x + made


def blocks(channels: int, count: int) -> list[nn.Module]:
    """`count` residual blocks."""
    return [_Block(channels, count) for _ in range(count)]
