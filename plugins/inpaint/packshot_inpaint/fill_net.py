"""The network of `inpaint.cnn`. Imports torch: only a training and the loaded operation import it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle, relu

from packshot_inpaint.cnn import CnnUse


class FillNet(nn.Module):
    """What a smooth fill lacks to be the picture.

    A U-Net (O. Ronneberger et al., "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015) of residual
    blocks without normalisation, on pixels that were folded 2×2 into channels, with dilated convolutions at its lowest level
    (S. Iizuka et al., "Globally and locally consistent image completion", ACM TOG 2017).
    """

    def __init__(self, use: CnnUse) -> None:
        super().__init__()
        widths, blocks = use.widths, use.blocks
        self.head = nn.Conv2d(16, widths[0], 3, padding=1)
        self.inward = nn.ModuleList(_blocks(width, blocks) for width in widths[:-1])
        self.outward = nn.ModuleList(_blocks(width, blocks) for width in widths[:-1])
        steps = list(pairwise(widths))
        self.shrink = nn.ModuleList(nn.Conv2d(fine, coarse, 2, 2) for fine, coarse in steps)
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(coarse, fine, 2, 2) for fine, coarse in steps)
        self.middle = _blocks(widths[-1], 2 * blocks, (1, 2, 4, 2))
        self.tail = nn.Conv2d(widths[0], 12, 3, padding=1)
        # The first answers are nearly the smooth fill itself.
        nn.init.normal_(self.tail.weight, std=1e-3)
        self.tail.bias = nn.Parameter(torch.zeros(12))

    def forward(self, rgb: Tensor, state: Tensor) -> Tensor:
        """B×3×H×W like `rgb` (0..1, smooth in the hole; sides multiples of `CnnUse.multiple`), better where `state` is 1.

        `state`, B×1×H×W: 0 where the picture is known, 1 where it is to be filled, 0.5 where a coarser fill stands for it.
        """
        x = self.head(pixel_unshuffle(torch.cat((rgb - 0.5, state), 1), 2))
        kept = []
        for work, shrink in zip(self.inward, self.shrink, strict=True):
            x = work(x)
            kept.append(x)
            x = shrink(x)
        x = self.middle(x)
        for index in reversed(range(len(kept))):
            x = self.outward[index](self.enlarge[index](x) + kept[index])
        return rgb + pixel_shuffle(self.tail(x), 2)


class _Block(nn.Module):
    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.seen = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation)
        self.said = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        more: Tensor = self.said(relu(self.seen(x)))
        return x + more


def _blocks(width: int, count: int, dilations: Sequence[int] = (1,)) -> nn.Sequential:
    return nn.Sequential(*(_Block(width, dilations[index % len(dilations)]) for index in range(count)))
