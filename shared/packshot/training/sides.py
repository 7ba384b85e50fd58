"""Which pictures a run is trained on, judged by, and tested with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from packshot.contracts.dataset import Manifest, Split
from packshot.contracts.training import Synthetic, TrainingOrder
from packshot.datasets.splits import fold_of
from packshot.errors import BadParameters
from packshot.training.makers import maker_of
from packshot.training.pictures import has_planes
from packshot.training.sources import FromData, Made, Materials, Source

_TEST_SEED = 1
_APART = 1 << 24
"""Between the first numbers of two sides' made pictures: so far that no product with several views is on both."""


@dataclass(frozen=True)
class Stock:
    """Pictures of one kind to train on, and how large their share of the examples is."""

    sources: tuple[Source, ...]
    share: float


@dataclass(frozen=True)
class Sides:
    """The pictures of one run."""

    train: tuple[Stock, ...]
    validation: tuple[Source, ...]
    test: tuple[Source, ...]


def sides_of(
    order: TrainingOrder,
    manifest: Manifest | None,
    takes: tuple[str, ...],
    fold: int | None = None,
    grounds: Mapping[str, Manifest] = MappingProxyType({}),
    *,
    test_at_most: int = 500,
) -> Sides:
    """The sides for an order; with `fold`, that part of what is not for testing is the validation side.

    `grounds`: the manifests by digest that the order's composites name. A composite's cutouts and grounds are of its own side.

    Validation and test are in an order that `seed` decides, so that any first part of them is a fair choice.
    Raises BadParameters where nothing is left to train on, or to judge by.
    """
    data = _of_data(order, manifest, takes, fold)
    stocks = [_made(order, wanted, takes, _materials(wanted, data, grounds)) for wanted in order.synthetic]
    rest = 1 - sum(stock.share for stock, _, _ in stocks)
    train = [stock for stock, _, _ in stocks]
    if data.train and (rest > 1e-9 or not train):
        train.insert(0, Stock(data.train, rest if train else 1.0))
    if not train or not any(stock.sources for stock in train):
        raise BadParameters(f"There is no picture to train on: the data set has none on its training side{_that_has(takes)}.")
    validation: tuple[Source, ...] = data.validation or tuple(one for _, kept, _ in stocks for one in kept)
    test: tuple[Source, ...] = data.test or tuple(one for _, _, kept in stocks for one in kept)
    if not validation:
        raise BadParameters(
            f"There is no picture to judge by: the data set has none on its validation side{_that_has(takes)}. Split it anew."
        )
    return Sides(tuple(train), _shuffled(validation, order.seed), _shuffled(test, _TEST_SEED)[:test_at_most])


@dataclass(frozen=True)
class _Data:
    train: tuple[FromData, ...] = ()
    validation: tuple[FromData, ...] = ()
    test: tuple[FromData, ...] = ()


def _of_data(order: TrainingOrder, manifest: Manifest | None, takes: tuple[str, ...], fold: int | None) -> _Data:
    if manifest is None:
        return _Data()
    usable = [FromData(item) for item in manifest.items if has_planes(FromData(item), takes)]
    test = tuple(one for one in usable if one.item.split is Split.TEST)
    if fold is None:
        by_side = {side: tuple(one for one in usable if one.item.split is side) for side in Split}
        return _Data(by_side[Split.TRAIN], by_side[Split.VALIDATION], test)
    seen = [one for one in usable if one.item.split is not Split.TEST]
    held = [fold_of(one.group, order.seed, order.folds) == fold for one in seen]
    return _Data(
        tuple(one for one, out in zip(seen, held, strict=True) if not out),
        tuple(one for one, out in zip(seen, held, strict=True) if out),
        test,
    )


def _materials(wanted: Synthetic, data: _Data, grounds: Mapping[str, Manifest]) -> tuple[Materials | None, ...]:
    """For training, validation and test side."""
    if wanted.kind != "composites":
        return (None, None, None)
    behind = grounds[wanted.grounds].items if wanted.grounds else ()
    sides = zip((data.train, data.validation, data.test), (Split.TRAIN, Split.VALIDATION, Split.TEST), strict=True)
    materials = tuple(
        Materials(
            tuple(one for one in photos if has_planes(one, ("alpha",))),
            tuple(FromData(item) for item in behind if item.split is split),
        )
        for photos, split in sides
    )
    if not materials[0].cutouts:
        raise BadParameters("Composites cannot be made: the data set has no photo on its training side that has alpha.")
    if behind and not materials[0].grounds:
        raise BadParameters(
            "Composites cannot be made: the data set of grounds has no photo on its training side. Split it anew."
        )
    return materials


def _made(
    order: TrainingOrder, wanted: Synthetic, takes: tuple[str, ...], materials: tuple[Materials | None, ...]
) -> tuple[Stock, tuple[Source, ...], tuple[Source, ...]]:
    """For training, validation and test. What is for testing is made beside the number that the order names."""
    missing = sorted(set(takes) - maker_of(wanted.kind).planes)
    if missing:
        raise BadParameters(f"{wanted.kind} cannot be trained on: {' and '.join(missing)} is not known of such pictures.")
    held = max(1, wanted.pictures // 10)
    train, validation, test = (
        tuple(Made(wanted.kind, wanted.settings, side * _APART + number, order.seed, of) for number in range(count))
        if of is None or of.cutouts
        else ()
        for side, (count, of) in enumerate(zip((wanted.pictures - held, held, held), materials, strict=True))
    )
    return Stock(train, wanted.share), validation, test


def _shuffled(sources: tuple[Source, ...], seed: int) -> tuple[Source, ...]:
    return tuple(sources[index] for index in np.random.default_rng(seed).permutation(len(sources)))


def _that_has(takes: tuple[str, ...]) -> str:
    return f" that has {' and '.join(takes)}" if takes else ""
