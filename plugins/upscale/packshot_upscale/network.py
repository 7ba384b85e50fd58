"""The network of `upscale.cnn`. Imports torch: only a training and the loaded operation import it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from packshot_upscale.cnn import CnnUse


class Enlarger(nn.Module):
    """Residual blocks on the small picture, whose last layer adds to a bicubic enlargement what that lacks.

    EDSR's body without normalisation (B. Lim et al., "Enhanced deep residual networks for single image super-resolution", CVPR
    Workshops 2017, figure 3), with the sub-pixel layer of W. Shi et al., "Real-time single image and video super-resolution using
    an efficient sub-pixel convolutional neural network", CVPR 2016.
    """

    def __init__(self, use: CnnUse) -> None:
        super().__init__()
        self.factor, channels = use.factor, use.channels
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        self.body = nn.Sequential(*(_Block(channels) for _ in range(use.blocks)))
        self.tail = nn.Conv2d(channels, 3 * self.factor**2, 3, padding=1)
        with torch.no_grad():
            # So that the first answers are near the bicubic ones.
            weight, bias = self.tail.parameters()
            weight.mul_(0.1)
            bias.zero_()

    def forward(self, small: Tensor) -> Tensor:
        """B×3×H×W (0..1), `factor` times as high and wide."""
        x = self.head(small)
        detail = nn.functional.pixel_shuffle(self.tail(x + self.body(x)), self.factor)
        smooth = nn.functional.interpolate(small, scale_factor=float(self.factor), mode="bicubic", align_corners=False)
        return smooth + detail


class _Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.second(nn.functional.relu(self.first(x)))
        return x + made
