"""From a picture to its latent: what the encoder says, made better by some steps of optimisation. Needs torch for the steps.

J.-Y. Zhu et al., "Generative visual manipulation on the natural image manifold", ECCV 2016, section 3.2: the hybrid method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from packshot.plugin.models import Floats

if TYPE_CHECKING:
    from torch import nn

RATE = 0.08
PRIOR = 2e-3
"""Weight of the latent's mean square against that of the pixels: without it latents leave what the generator knows."""


@dataclass(frozen=True)
class Inverted:
    """What a picture is made of, and how nearly."""

    latent: Floats
    """As many numbers as the generator takes."""
    label: Floats
    """As many as there are classes: 1 at its own."""
    picture: Floats
    """C×H×W, -1..1: the photo at the generator's size."""


def refined(generator: nn.Module, wanted: Floats, latent: Floats, label: Floats, steps: int) -> Floats:
    """`latent` after `steps` of Adam towards the picture `wanted` (C×H×W, -1..1). No chance is in it.

    `generator` takes latents and classes; it is left as it is. The best latent on the way is the answer.
    """
    import torch  # noqa: PLC0415 - the light install has none

    device = next(generator.parameters()).device
    wanted_there, label_there = (torch.from_numpy(np.ascontiguousarray(each))[None].to(device) for each in (wanted, label))
    found = torch.from_numpy(latent.reshape(1, -1, 1, 1).copy()).to(device).requires_grad_()
    optimiser = torch.optim.Adam([found], RATE)
    best, least = latent, np.inf
    for step in range(steps + 1):
        made = generator(found, label_there[..., None, None])
        loss = (made - wanted_there).square().mean() + PRIOR * found.square().mean()
        if float(loss.detach()) < least:
            best, least = found.detach().cpu().numpy().reshape(latent.shape).copy(), float(loss.detach())
        if step < steps:
            optimiser.param_groups[0]["lr"] = RATE * (1 + np.cos(np.pi * step / steps)) / 2
            (found.grad,) = torch.autograd.grad(loss, found)
            optimiser.step()
    return best
