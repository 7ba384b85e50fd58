"""From a picture to the latent and the class that make it. Imports torch."""

from __future__ import annotations

from torch import Tensor, nn

from packshot_gan.layers import SLOPE
from packshot_gan.residual import ResidualTrunk
from packshot_gan.use import GeneratorUse, coarsest


class Encoder(nn.Module):
    """A residual trunk with two answers.

    The class is guessed from the picture alone; the latent is asked for it with the class left open, as generators of one class
    and of several share it.
    """

    def __init__(self, use: GeneratorUse) -> None:
        super().__init__()
        side = coarsest(use.size)
        assert side is not None
        self.trunk = ResidualTrunk(use, use.encoder)
        features = 2 * self.trunk.channels
        self.features = nn.Conv2d(self.trunk.channels, features, side)
        self.latent = nn.Conv2d(features, use.latent, 1)
        self.label = nn.Conv2d(features, use.kinds, 1)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """B×channels×size×size (-1..1) to latents B×latent×1×1 and scores of classes B×kinds×1×1, a softmax's inputs."""
        seen = nn.functional.leaky_relu(self.features(self.trunk(picture)), SLOPE)
        return self.latent(seen), self.label(seen)
