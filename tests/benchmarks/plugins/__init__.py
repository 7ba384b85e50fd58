"""Plugins that come and go: how soon, at what cost, and what is left of them."""

from __future__ import annotations

from tests.benchmarks.plugins import coming, isolation, leaving, neighbours
from tests.benchmarks.result import Ratio


def measure() -> list[Ratio]:
    """All of them, a table with the figures printed beside."""
    return [ratio for part in (isolation, leaving, neighbours, coming) for ratio in part.measure()]
