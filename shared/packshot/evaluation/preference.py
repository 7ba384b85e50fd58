"""Which of several systems people prefer, from choices between two: strengths, with the intervals that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from packshot.errors import BadParameters

RESAMPLED = 1000
_PRIOR = 0.5
"""Wins that each system is given against each other that it met: one that was never chosen has a strength, too."""
_ROUNDS = 500
_NEAR = 1e-8

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """What one person said of one pair."""

    pair: int
    """Choices about one pair of pictures share it."""
    one: int
    """The number of a system."""
    other: int
    share: float
    """1: `one` is better; 0: `other` is; 0.5: neither."""


@dataclass(frozen=True)
class Strength:
    """One system's place among all."""

    preferred: float
    """The chance that it is preferred to another system, the mean over the others, 0..1."""
    low: float
    high: float
    log_strength: float
    """Natural logarithm; the mean over all systems is 0. Two systems' difference d means a chance of 1 / (1 + exp(-d))."""
    choices: int
    wins: int
    ties: int


def strengths_of(choices: Sequence[Choice], systems: int, seed: int) -> list[Strength]:
    """The strengths of systems 0 … `systems` − 1, each with the interval that holds `preferred` with 95 % confidence.

    R. A. Bradley, M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39, 1952, fitted by the MM algorithm
    (D. R. Hunter, "MM algorithms for generalized Bradley-Terry models", Annals of Statistics 32, 2004, equation 3). A tie counts
    as half a win for either: it needs no parameter of its own (R. R. Davidson, JASA 65, 1970, has one), and changes no order.
    Intervals are the bootstrap's, over pairs: what several people say of one pair is drawn together.
    Raises BadParameters for a system that is none.
    """
    if systems < 2 or any(not 0 <= place < systems for choice in choices for place in (choice.one, choice.other)):
        raise BadParameters("A ranking needs two systems or more, and choices between them.")
    if not choices:
        return [Strength(0.5, 0.0, 1.0, 0.0, 0, 0, 0)] * systems
    wins = _by_pair(choices, systems)
    draws = np.random.default_rng(seed).multinomial(len(wins), np.full(len(wins), 1 / len(wins)), RESAMPLED)
    resampled = np.tensordot(draws.astype(np.float64), wins, 1)
    fitted = _fit(np.concatenate([wins.sum(axis=0)[None], resampled]))
    preferred, *drawn = _preferred(fitted)
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    return [
        Strength(float(preferred[place]), float(low[place]), float(high[place]), float(fitted[0, place]), *_told(choices, place))
        for place in range(systems)
    ]


def agreement_of(choices: Sequence[Choice]) -> float | None:
    """How often two people said the same of one pair, 0..1; None where no pair was seen by two."""
    by_pair: dict[int, list[float]] = {}
    for choice in choices:
        by_pair.setdefault(choice.pair, []).append(choice.share)
    same = [
        float(first == second)
        for shares in by_pair.values()
        for place, first in enumerate(shares)
        for second in shares[place + 1 :]
    ]
    return float(np.mean(same)) if same else None


def _by_pair(choices: Sequence[Choice], systems: int) -> Counts:
    """For each pair, how often each system (row) was preferred to each other (column)."""
    rows = {pair: row for row, pair in enumerate(dict.fromkeys(choice.pair for choice in choices))}
    wins = np.zeros((len(rows), systems, systems))
    for choice in choices:
        wins[rows[choice.pair], choice.one, choice.other] += choice.share
        wins[rows[choice.pair], choice.other, choice.one] += 1 - choice.share
    return wins


def _fit(wins: Counts) -> Counts:
    """Log strengths of systems, N×S, by how often each (row) won against each (column), N×S×S."""
    met = wins + wins.transpose(0, 2, 1) > 0
    counted = wins + _PRIOR * met
    games, won = counted + counted.transpose(0, 2, 1), counted.sum(axis=2)
    strengths = np.ones(won.shape)
    for _ in range(_ROUNDS):
        pulled = (games / (strengths[:, :, None] + strengths[:, None, :])).sum(axis=2)
        updated = np.where(pulled > 0, won / np.maximum(pulled, 1e-12), 1.0)
        updated /= np.exp(np.log(updated).mean(axis=1, keepdims=True))
        done = np.abs(updated / strengths - 1).max() < _NEAR
        strengths = updated
        if done:
            break
    return np.log(strengths)


def _preferred(log_strengths: Counts) -> Counts:
    """The mean chance of each system against the others, N×S."""
    systems = log_strengths.shape[1]
    chances = 1 / (1 + np.exp(log_strengths[:, None, :] - log_strengths[:, :, None]))
    return np.asarray((chances.sum(axis=2) - 0.5) / (systems - 1))


def _told(choices: Sequence[Choice], system: int) -> tuple[int, int, int]:
    """Choices, wins and ties of a system."""
    shares = [
        choice.share if choice.one == system else 1 - choice.share for choice in choices if system in (choice.one, choice.other)
    ]
    return len(shares), shares.count(1.0), shares.count(0.5)
