"""What networks of features minimise. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from packshot.training.trainer import Losses, Networks
from packshot_features.classifier_trainer import ClassifierParams


def loss(turn: str, networks: Networks, batch: Mapping[str, Tensor], params: ClassifierParams) -> Losses:
    """Cross-entropy within the task of each picture, with smoothed truth."""
    _, scores = networks["net"](batch["picture"].float() / 255)
    scores, place = scores[..., 0, 0].float(), batch["place"]
    losses, right = [], []
    for task in params.places.values():
        rows = (place >= task.start) & (place < task.stop)
        if not rows.any():
            continue
        wanted, found = place[rows] - task.start, scores[rows, task]
        losses.append(cross_entropy(found, wanted, reduction="sum", label_smoothing=params.smoothing))
        right.append((found.argmax(1) == wanted).sum())
    return {"loss": torch.stack(losses).sum() / len(place), "right": torch.stack(right).sum() / len(place)}
