"""The learning rate at each step."""

from __future__ import annotations

import math

from packshot.contracts.training import Schedule


def rate_at(step: int, steps: int, schedule: Schedule) -> float:
    """What the highest learning rate is multiplied by at `step` (0..steps - 1): up in a line, then down.

    The cosine is that of I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, equation 5,
    without restarts.
    """
    warmup = min(schedule.warmup, steps // 10)
    if step < warmup:
        return (step + 1) / (warmup + 1)
    way = (step - warmup) / max(1, steps - warmup)
    if schedule.kind == "cosine":
        return schedule.final + (1 - schedule.final) * (1 + math.cos(math.pi * way)) / 2
    if schedule.kind == "step":
        return schedule.gamma ** int(step / steps / schedule.every)
    return 1.0
