"""What `cutout.net` minimises. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits, max_pool2d

from packshot.training.trainer import Losses, Networks
from packshot_cutout.learned import CutoutUse

_BAND = 7
_WINDOW = 11


def loss(turn: str, networks: Networks, batch: Mapping[str, Tensor], params: CutoutUse) -> Losses:
    """The hybrid loss of the answer, and half that of the coarser one."""
    alpha = batch["alpha"].float() / 255
    fine, coarse = networks["net"](batch["rgb"].float() / 255)
    first, second = hybrid(fine.float(), alpha), hybrid(coarse.float(), alpha)
    return {"loss": first + 0.5 * second, "fine": first.detach(), "coarse": second.detach()}


def hybrid(logits: Tensor, alpha: Tensor) -> Tensor:
    """Cross-entropy, soft IoU and SSIM together, with the edge counted threefold, and the difference of alpha itself.

    X. Qin et al., "BASNet: Boundary-aware salient object detection", CVPR 2019, equations 2-6; both B×1×H×W, `alpha` 0..1.
    SSIM is taken over a flat 11×11 window.
    """
    likely = torch.sigmoid(logits)
    weight = 1 + 2 * _edges(alpha)
    entropy = (binary_cross_entropy_with_logits(logits, alpha, reduction="none") * weight).mean()
    together = (likely * alpha).sum((1, 2, 3))
    union = (likely + alpha - likely * alpha).sum((1, 2, 3))
    overlap = (1 - (together + 1) / (union + 1)).mean()
    difference = ((likely - alpha).abs() * weight).mean()
    return entropy + overlap + 0.5 * (1 - _ssim(likely, alpha)) + difference


def _edges(alpha: Tensor) -> Tensor:
    """1 within three pixels of an edge."""
    around = _BAND // 2
    return max_pool2d(alpha, _BAND, 1, around) + max_pool2d(-alpha, _BAND, 1, around)


def _ssim(x: Tensor, y: Tensor) -> Tensor:
    """Wang et al. 2004, equation 13."""
    mean_x, mean_y, xx, yy, xy = (avg_pool2d(each, _WINDOW, 1) for each in (x, y, x * x, y * y, x * y))
    variance_x, variance_y, covariance = xx - mean_x * mean_x, yy - mean_y * mean_y, xy - mean_x * mean_y
    c1, c2 = 0.01**2, 0.03**2
    luminance = (2 * mean_x * mean_y + c1) / (mean_x * mean_x + mean_y * mean_y + c1)
    return (luminance * (2 * covariance + c2) / (variance_x + variance_y + c2)).mean()
