"""What `gan.encoder` minimises. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import cross_entropy, mse_loss

from packshot.training.trainer import Losses, Networks
from packshot_gan.encoder_trainer import EncoderTraining
from packshot_gan.pair import Pair


def loss(turn: str, networks: Networks, batch: Mapping[str, Tensor], params: EncoderTraining) -> Losses:
    """Real pictures must come out as they are; of made ones the latent is known; of both the class.

    J.-Y. Zhu et al., "Generative visual manipulation on the natural image manifold", ECCV 2016, equation 5, and the latent
    regression of J. Donahue et al., "Adversarial feature learning", ICLR 2017.
    """
    pair = networks["generator"]
    assert isinstance(pair, Pair)
    assert pair.encoder is not None
    # Gradients go through the generator and move nothing of it.
    still = {name: weight.detach() for name, weight in pair.made.named_parameters()}
    pair.made.eval()

    def made(latent: Tensor, label: Tensor) -> Tensor:
        picture: Tensor = functional_call(pair.made, still, (latent, label))
        return picture

    real, label = batch["picture"].float() / 127.5 - 1, batch["label"][:, :, None, None]
    latent = batch["latent"][:, :, None, None]
    with torch.no_grad():
        dreamt = made(latent, label)
    found, scores = pair.encoder(torch.cat((real, dreamt)))
    of_real, of_dreamt = found.chunk(2)
    likeness = mse_loss(made(of_real, label), real) + mse_loss(made(of_dreamt, label), dreamt)
    known = mse_loss(of_dreamt, latent)
    named = cross_entropy(scores.flatten(1), torch.cat((label, label)).flatten(1))
    # Real pictures have latents like those that are drawn.
    usual = (of_real.square().mean() - 1).square()
    whole = likeness + params.latents * known + params.naming * named + 0.05 * usual
    return {"loss": whole, "likeness": likeness, "latents": known, "named": named}
