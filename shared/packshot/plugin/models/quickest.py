"""Which runtime runs a network best on this machine."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import structlog

from packshot.plugin.models.net import Floats, Net

AGREEMENT = 1e-3
"""Largest difference between what two runtimes make of one input."""
_CLEARLY = 1.2
"""Which one is quicker may change with what else the machine does: a later one must be so many times quicker than the first."""
_TIMES = 3

_log = structlog.get_logger(__name__)


def quickest(nets: Sequence[Net], inputs: tuple[Floats, ...]) -> Net:
    """The first of `nets`, or one that answers `inputs` clearly quicker and within AGREEMENT of it."""
    first, *others = nets
    answer, best = first(*inputs), _seconds(first, inputs) / _CLEARLY
    chosen = first
    for net in others:
        apart = max(float(np.abs(ours - theirs).max()) for ours, theirs in zip(answer, net(*inputs), strict=True))
        if apart > AGREEMENT:
            _log.warning("net.runtimes_differ", runtimes=[first.runtime, net.runtime], apart=apart)
            continue
        if (seconds := _seconds(net, inputs)) < best:
            chosen, best = net, seconds
    return chosen


def _seconds(net: Net, inputs: tuple[Floats, ...]) -> float:
    """The least of some, after one that warms up: what else runs only ever makes it longer."""
    net(*inputs)
    taken = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        net(*inputs)
        taken.append(time.perf_counter() - start)
    return min(taken)
