"""Which pictures make pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from typing import Literal

import numpy as np

from packshot.contracts.dataset import Item
from packshot.errors import BadParameters

Match = Literal["product", "category", "any"]
Groups = dict[str, list[Item]]


@dataclass(frozen=True)
class Pair:
    """Two pictures of two systems, by the systems' numbers."""

    one: int
    other: int
    one_item: Item
    other_item: Item


def pairs_of(systems: Sequence[Sequence[Item]], match: Match, count: int, seed: int) -> list[Pair]:
    """At most `count` pairs, as many of each two systems as of any others while there are; equal seeds make equal pairs.

    By product there are as many as inputs in common; else pictures are drawn, without one coming again before all have come.
    Raises BadParameters where no two pictures match.
    """
    random = np.random.default_rng(seed)
    grouped = [_grouped(items, match) for items in systems]
    draw = _once if match == "product" else _over_and_over
    of_each = [
        [Pair(one, other, *items) for items in draw(grouped[one], grouped[other], count, random)]
        for one, other in combinations(range(len(systems)), 2)
    ]
    in_turn = [pair for turn in zip_longest(*of_each) for pair in turn if pair is not None][:count]
    if not in_turn:
        raise BadParameters(
            f"No two systems have pictures of one {match}. Pictures of one product are answers to one input; "
            "for samples, match by category, or any."
        )
    return [in_turn[place] for place in random.permutation(len(in_turn))]


def _grouped(items: Sequence[Item], match: Match) -> Groups:
    groups: Groups = defaultdict(list)
    for item in items:
        groups["" if match == "any" else getattr(item, match)].append(item)
    return groups


def _once(ours: Groups, theirs: Groups, count: int, random: np.random.Generator) -> Iterator[tuple[Item, Item]]:
    """The first pictures of each group that both have."""
    shared = [key for key in ours if key in theirs]
    for place in random.permutation(len(shared))[:count]:
        yield ours[shared[place]][0], theirs[shared[place]][0]


def _over_and_over(ours: Groups, theirs: Groups, count: int, random: np.random.Generator) -> Iterator[tuple[Item, Item]]:
    """Pictures of each group that both have in turn, all before one comes again."""
    shared = [key for key in ours if key in theirs]
    drawn = [zip(_forever(ours[key], random), _forever(theirs[key], random), strict=False) for key in shared]
    for number in range(count if shared else 0):
        yield next(drawn[number % len(drawn)])


def _forever(items: Sequence[Item], random: np.random.Generator) -> Iterator[Item]:
    while True:
        for place in random.permutation(len(items)):
            yield items[place]
