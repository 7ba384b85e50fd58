"""A generator and the encoder that may stand beside it, as one network: one file of weights, one graph. Imports torch."""

from __future__ import annotations

from torch import Tensor, nn

from packshot_gan.dcgan import DcganGenerator
from packshot_gan.encoder import Encoder
from packshot_gan.residual import ResidualGenerator
from packshot_gan.use import GeneratorUse


class Pair(nn.Module):
    """See above."""

    def __init__(self, use: GeneratorUse) -> None:
        super().__init__()
        self.made: nn.Module = DcganGenerator(use) if use.plan == "dcgan" else ResidualGenerator(use)
        self.encoder = Encoder(use) if use.encoder else None

    def forward(self, latent: Tensor, label: Tensor, picture: Tensor | None = None) -> Tensor | tuple[Tensor, ...]:
        """The picture of latent and class (B×latent×1×1, B×kinds×1×1): B×channels×size×size, about -1..1.

        With an encoder also what it says of `picture`: latent (N×latent×1×1) and how likely each class is (N×kinds×1×1).
        """
        made: Tensor = self.made(latent, label)
        if self.encoder is None or picture is None:
            return made
        return made, *self.encoder(picture)
