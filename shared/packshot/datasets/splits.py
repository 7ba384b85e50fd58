"""Which side of a data set a product is on: decided by its name, so that it stays there when others are added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from packshot.contracts.dataset import Item, Split
from packshot.errors import BadParameters


@dataclass(frozen=True)
class Shares:
    """How much of a data set is kept from training."""

    validation: float = 0.1
    test: float = 0.1

    def __post_init__(self) -> None:
        if min(self.validation, self.test) < 0 or self.validation + self.test >= 1:
            raise BadParameters("The shares for validation and test must be at least 0, and together less than 1.")


def side_of(product: str, seed: int, shares: Shares) -> Split:
    """The side of `product`. Equal seeds and shares always say the same, whatever else is in the set."""
    place = _place(product, seed)
    if place < shares.test:
        return Split.TEST
    return Split.VALIDATION if place < shares.test + shares.validation else Split.TRAIN


def fold_of(product: str, seed: int, folds: int) -> int:
    """Which of `folds` parts of equal weight `product` is in, for cross-validation."""
    return int(_place(product, seed) * folds)


def leaks(items: Iterable[Item]) -> dict[str, set[Split]]:
    """The products, and the digests of pictures, that are on more than one side; empty where nothing leaks."""
    sides: dict[str, set[Split]] = {}
    for item in items:
        for name in {item.product, item.picture.digest}:
            sides.setdefault(name, set()).add(item.split)
    return {name: found for name, found in sides.items() if len(found) > 1}


def _place(product: str, seed: int) -> float:
    """A number in [0, 1) that product and seed decide."""
    return int.from_bytes(hashlib.sha256(f"{seed}\0{product}".encode()).digest()[:6]) / 2**48
