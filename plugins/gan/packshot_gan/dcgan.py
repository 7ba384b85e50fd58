"""DCGAN: A. Radford, L. Metz, S. Chintala, "Unsupervised representation learning with deep convolutional GANs", ICLR 2016.

With classes by projection, and the losses of I. Goodfellow et al., "Generative adversarial nets", NeurIPS 2014. Imports torch.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.functional import softplus

from packshot_gan.layers import SLOPE, Projection, Seedbed, widths_of
from packshot_gan.use import GeneratorUse


class DcganGenerator(nn.Module):
    """Transposed convolutions of stride 2 with batch normalisation; tanh at the end (figure 1)."""

    def __init__(self, use: GeneratorUse) -> None:
        super().__init__()
        widths = widths_of(use, use.width)
        self.seedbed = Seedbed(use, widths[0])
        layers: list[nn.Module] = [nn.BatchNorm2d(widths[0]), nn.ReLU()]
        for coarse, fine in pairwise(widths):
            layers += [nn.ConvTranspose2d(coarse, fine, 4, 2, 1, bias=False), nn.BatchNorm2d(fine), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], use.channels, 4, 2, 1), nn.Tanh())
        self.apply(begin)

    def forward(self, latent: Tensor, label: Tensor) -> Tensor:
        """B×latent×1×1 and B×kinds×1×1 to pictures B×channels×size×size, -1..1."""
        made: Tensor = self.body(self.seedbed(latent, label))
        return made


class DcganCritic(nn.Module):
    """Convolutions of stride 2 with leaky rectifiers; batch normalisation in all but the first, or none."""

    def __init__(self, use: GeneratorUse, *, normalised: bool) -> None:
        super().__init__()
        widths = widths_of(use, use.width)[::-1]
        layers: list[nn.Module] = [nn.Conv2d(use.channels, widths[0], 4, 2, 1), nn.LeakyReLU(SLOPE)]
        for fine, coarse in pairwise(widths):
            norm = [nn.BatchNorm2d(coarse)] if normalised else []
            layers += [nn.Conv2d(fine, coarse, 4, 2, 1, bias=not normalised), *norm, nn.LeakyReLU(SLOPE)]
        self.body = nn.Sequential(*layers)
        self.head = Projection(use, widths[-1], 2 * widths[-1])
        self.apply(begin)

    def forward(self, picture: Tensor, label: Tensor) -> Tensor:
        """B×channels×size×size (-1..1) and B×kinds×1×1 to B numbers; above 0: real."""
        said: Tensor = self.head(self.body(picture), label)
        return said


def begin(layer: nn.Module) -> None:
    """Weights drawn with the standard deviation 0.02 (section 4)."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, 0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1, 0.02)


def critic_loss(real: Tensor, made: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z))), with D the logistic function of what the critic says (equation 1)."""
    return softplus(-real).mean() + softplus(made).mean()


def generator_loss(made: Tensor) -> Tensor:
    """-E log D(G(z)): its gradient does not vanish where the critic is sure (section 3)."""
    return softplus(-made).mean()
