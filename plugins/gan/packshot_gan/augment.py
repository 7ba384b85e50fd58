"""Augmentation that the critic's pictures get, as strong as the catalogue is small. Imports torch.

How strong is T. Karras et al.'s "Training generative adversarial networks with limited data", NeurIPS 2020 (ADA); by what is
S. Zhao et al.'s "Differentiable augmentation for data-efficient GAN training", NeurIPS 2020 (DiffAugment).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

SHIFT = 1 / 8
"""Largest translation, of the picture's side."""
HOLE = 1 / 2
"""Side of what is cut out, of the picture's side."""


class Augment(nn.Module):
    """Changes each picture by each transformation with the same probability, which adapts.

    The probability is a buffer: it is averaged over processes and kept in checkpoints as weights are.
    """

    probability: Tensor

    def __init__(self, kinds: Iterable[str]) -> None:
        """`kinds`: of TRANSFORMATIONS."""
        super().__init__()
        self._transformations = [TRANSFORMATIONS[kind] for kind in kinds]
        self.register_buffer("probability", torch.zeros(()))

    def forward(self, pictures: Tensor) -> Tensor:
        """B×C×H×W, -1..1; gradients flow through."""
        if self.training and float(self.probability) > 0:
            for transformation in self._transformations:
                chosen = torch.rand(len(pictures), 1, 1, 1, device=pictures.device) < self.probability
                pictures = torch.where(chosen, transformation(pictures), pictures)
        return pictures

    @torch.no_grad()
    def adapt(self, signs: Tensor, target: float, pictures: int) -> None:
        """Raise the probability where the critic is surer than `target` of real pictures, else lower it.

        `signs`: of what it said, so that their mean is ADA's r_t (equation 1), 1 where it has learnt the catalogue by heart. From
        0 to 1 it takes at least `pictures` pictures.
        """
        self.probability += torch.sign(signs.float().mean() - target) * len(signs) / pictures
        self.probability.clamp_(0, 1)


def mirrored(pictures: Tensor) -> Tensor:
    """Left becomes right."""
    return pictures.flip(3)


def shifted(pictures: Tensor) -> Tensor:
    """Moved by up to an eighth of the side; what comes in is black."""
    count, _, height, width = pictures.shape
    most = max(1, round(SHIFT * height))
    down, right = torch.randint(-most, most + 1, (2, count, 1, 1), device=pictures.device)
    rows = torch.arange(height, device=pictures.device)[None, :, None] - down
    columns = torch.arange(width, device=pictures.device)[None, None, :] - right
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    which = torch.arange(count, device=pictures.device)[:, None, None]
    moved = pictures.permute(0, 2, 3, 1)[which, rows.clamp(0, height - 1), columns.clamp(0, width - 1)]
    return torch.where(inside[:, None], moved.permute(0, 3, 1, 2), -1.0)


def cut(pictures: Tensor) -> Tensor:
    """A square of half the side becomes grey; its middle is anywhere."""
    count, _, height, width = pictures.shape
    middle = torch.rand(2, count, 1, 1, 1, device=pictures.device)
    rows = (torch.arange(height, device=pictures.device)[:, None] - middle[0] * height).abs() < HOLE * height / 2
    columns = (torch.arange(width, device=pictures.device)[None] - middle[1] * width).abs() < HOLE * width / 2
    return torch.where(rows & columns, 0.0, pictures)


def coloured(pictures: Tensor) -> Tensor:
    """Brightness, saturation and contrast are changed (DiffAugment's three)."""
    bright, dense, strong = torch.rand(3, len(pictures), 1, 1, 1, device=pictures.device)
    pictures = pictures + (bright - 0.5)
    grey = pictures.mean(1, keepdim=True)
    pictures = grey + (pictures - grey) * (2 * dense)
    level = pictures.mean((1, 2, 3), keepdim=True)
    changed: Tensor = level + (pictures - level) * (strong + 0.5)
    return changed


TRANSFORMATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "mirror": mirrored,
    "shift": shifted,
    "cut": cut,
    "colour": coloured,
}
