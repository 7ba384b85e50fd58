"""The network of `cutout.net`. Imports torch: only a training and the loaded operation import it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_unshuffle

from packshot_cutout.learned import CutoutUse


class CutoutNet(nn.Module):
    """Says of each pixel of a small picture how likely it shows the product.

    Residual stages at a quarter of the size and below, atrous pyramid pooling at the lowest (L.-C. Chen et al., "Rethinking
    atrous convolution for semantic image segmentation", 2017, without its widest branch), and a feature pyramid back up to a
    quarter (T.-Y. Lin et al., "Feature pyramid networks for object detection", CVPR 2017).
    """

    def __init__(self, use: CutoutUse) -> None:
        super().__init__()
        widths, pyramid = use.widths, use.pyramid
        self.stem = _conv(48, widths[0])
        self.stages = nn.ModuleList()
        for index, width in enumerate(widths):
            shrink = [] if index == 0 else [_conv(widths[index - 1], width, stride=2)]
            self.stages.append(nn.Sequential(*shrink, *(_Residual(width) for _ in range(use.blocks))))
        self.context = _Context(widths[-1], pyramid)
        self.across = nn.ModuleList(nn.Conv2d(width, pyramid, 1) for width in widths[:-1])
        self.merge = nn.ModuleList(_conv(pyramid, pyramid) for _ in widths[:-1])
        self.coarse = nn.Conv2d(pyramid, 1, 3, padding=1)
        self.fine = nn.Conv2d(pyramid, 1, 3, padding=1)

    def forward(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """Logits B×1×H×W of B×3×H×W (0..1, sides multiples of `multiple`): the answer, and a coarser one to learn by."""
        x = self.stem(pixel_unshuffle(rgb - 0.5, 4))
        seen = []
        for stage in self.stages:
            x = stage(x)
            seen.append(x)
        x = coarse = self.context(seen.pop())
        for across, merge in zip(reversed(self.across), reversed(self.merge), strict=True):
            coarse = x
            beside = across(seen.pop())
            x = merge(interpolate(x, size=beside.shape[2:], mode="bilinear", align_corners=False) + beside)
        size = rgb.shape[2:]
        answers = (self.fine(x), self.coarse(coarse))
        fine, rough = (interpolate(each, size=size, mode="bilinear", align_corners=False) for each in answers)
        return fine, rough


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(self.first(x)))


class _Context(nn.Module):
    """What is seen at several distances, and in all of the picture."""

    def __init__(self, width: int, pyramid: int) -> None:
        super().__init__()
        self.near = nn.ModuleList(_conv(width, pyramid, dilation=dilation) for dilation in (1, 2, 4))
        # Of one pixel there is nothing to normalise by.
        self.whole = nn.Sequential(nn.Conv2d(width, pyramid, 1), nn.ReLU())
        self.join = _conv(4 * pyramid, pyramid)

    def forward(self, x: Tensor) -> Tensor:
        whole = self.whole(x.mean((2, 3), keepdim=True)).expand(-1, -1, *x.shape[2:])
        joined: Tensor = self.join(torch.cat([*(each(x) for each in self.near), whole], 1))
        return joined


def _conv(given: int, made: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(given, made, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(made), nn.ReLU(inplace=True)
    )
