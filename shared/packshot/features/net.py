"""The network whose features packshot compares pictures by. Imports torch: only a training and the opened network import it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_unshuffle

from packshot.features.use import FeatureUse


class FeatureNet(nn.Module):
    """A residual classifier (K. He et al., "Deep residual learning for image recognition", CVPR 2016), small and narrow.

    Its features are the means of the last stage over the picture, before the scores.
    """

    def __init__(self, use: FeatureUse) -> None:
        super().__init__()
        self._stem, widths = use.stem, use.widths
        self.first = _conv(use.channels * use.stem**2, widths[0])
        self.stages = nn.Sequential()
        for index, width in enumerate(widths):
            if index:
                self.stages.append(_conv(widths[index - 1], width, stride=2))
            for _ in range(use.blocks):
                self.stages.append(_Residual(width))
        self.scores = nn.Conv2d(widths[-1], sum(map(len, use.tasks.values())), 1)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Features B×D×1×1 and scores B×K×1×1 of B×C×H×W, 0..1."""
        x = self.stages(self.first(pixel_unshuffle(2 * pictures - 1, self._stem)))
        features = x.mean((2, 3), keepdim=True)
        return features, self.scores(features)


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(self.first(x)))


def _conv(given: int, made: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(given, made, 3, stride, 1, bias=False), nn.BatchNorm2d(made), nn.ReLU(inplace=True))
