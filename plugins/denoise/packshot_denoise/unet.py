"""The network of `denoise.cnn`. Imports torch: only a training and the loaded operation import it."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from packshot_denoise.cnn import CnnUse


class UNetRes(nn.Module):
    """A U-Net of residual blocks without normalisation, told how strong the noise is at each pixel.

    DRUNet (K. Zhang et al., "Plug-and-play image restoration with deep denoiser prior", IEEE TPAMI 2021, figure 3) on pixels
    that were folded 2×2 into channels, and with the noise taken away rather than the picture made. Without biases what it does is
    homogeneous: noise stronger than it has seen is taken out as well (S. Mohan et al., "Robust and interpretable blind image
    denoising via bias-free convolutional neural networks", ICLR 2020).
    """

    def __init__(self, use: CnnUse) -> None:
        super().__init__()
        widths, blocks, bias = use.widths, use.blocks, use.bias
        first, last = widths[0], widths[-1]
        self.head = nn.Conv2d(16, first, 3, padding=1, bias=bias)
        self.down = nn.ModuleList(_level(width, blocks, bias) for width in widths[:-1])
        self.shrink = nn.ModuleList(nn.Conv2d(wide, deep, 2, 2, bias=bias) for wide, deep in pairwise(widths))
        self.body = _level(last, blocks, bias)
        self.grow = nn.ModuleList(nn.ConvTranspose2d(deep, wide, 2, 2, bias=bias) for wide, deep in pairwise(widths))
        self.up = nn.ModuleList(_level(width, blocks, bias) for width in widths[:-1])
        self.tail = nn.Conv2d(first, 12, 3, padding=1, bias=bias)
        with torch.no_grad():
            # So that the first answers are near the picture itself.
            self.tail.weight.mul_(0.1)

    def forward(self, noisy: Tensor, sigma: Tensor) -> Tensor:
        """B×3×H×W (0..1), sides multiples of `multiple(widths)`, without the noise of `sigma` (B×1×H×W or B×1×1×1, of 1)."""
        level = sigma.expand(-1, 1, *noisy.shape[2:])
        x = self.head(nn.functional.pixel_unshuffle(torch.cat((noisy, level), 1), 2))
        beside = []
        for level_blocks, shrink in zip(self.down, self.shrink, strict=True):
            x = level_blocks(x)
            beside.append(x)
            x = shrink(x)
        x = self.body(x)
        for level_blocks, grow in zip(reversed(self.up), reversed(self.grow), strict=True):
            x = level_blocks(grow(x) + beside.pop())
        return noisy - nn.functional.pixel_shuffle(self.tail(x), 2)


class _Block(nn.Module):
    def __init__(self, width: int, bias: bool) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=bias)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.second(nn.functional.relu(self.first(x)))
        return x + made


def _level(width: int, blocks: int, bias: bool) -> nn.Sequential:
    return nn.Sequential(*(_Block(width, bias) for _ in range(blocks)))
