"""The runs of an order, one after the other: trials of the search, folds of the cross-validation, and the training itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, ValidationError

from packshot.contracts.model import Json
from packshot.contracts.training import RunRecord, TrainingOrder
from packshot.errors import BadParameters


@dataclass(frozen=True)
class Run:
    """One of them."""

    name: str
    """`trial 3 of 20`, `fold 2 of 5`; empty: the training itself."""
    order: TrainingOrder
    """What the run is trained by: the order with what the search chose."""
    settings: Json
    fold: int | None = None
    trial: int | None = None

    @property
    def is_last(self) -> bool:
        """Whether it is the training itself."""
        return not self.name


class Plan:
    """What there is to run for an order."""

    def __init__(self, order: TrainingOrder, aim: str, better: str) -> None:
        self._order, self._aim, self._better = order, aim, better
        self._trials = order.search.trials if order.search else 0

    def run(self, ended: tuple[RunRecord, ...], chosen: Json) -> Run:
        """The run that follows those that ended; `chosen` is what the search says, where it is a trial's turn.

        Raises BadParameters where an order with what was chosen is none.
        """
        number = len(ended)
        if number < self._trials:
            assert self._order.search is not None
            tried = with_settings(self._order, chosen, steps=self._order.search.steps)
            return Run(f"trial {number + 1} of {self._trials}", tried, chosen, trial=number)
        settings = self._best(ended)
        order = with_settings(self._order, settings)
        fold = number - self._trials
        if fold < self._order.folds:
            return Run(f"fold {fold + 1} of {self._order.folds}", order, settings, fold=fold)
        return Run("", order, settings)

    def steps(self, ended: tuple[RunRecord, ...]) -> int:
        """Of the whole order, if no further run ends early."""
        left = max(0, self._trials - len(ended)) * (self._order.search.steps if self._order.search else 0)
        runs = min(self._order.folds + 1, self._trials + self._order.folds + 1 - len(ended))
        return sum(record.steps for record in ended) + left + runs * self._order.steps

    def _best(self, ended: tuple[RunRecord, ...]) -> Json:
        trials = [record for record in ended[: self._trials] if not record.pruned and self._aim in record.figures]
        if not self._trials:
            return {}
        if not trials:
            raise BadParameters("No trial of the search came to an end: narrow its space, or give it more steps.")
        choose = max if self._better == "max" else min
        return choose(trials, key=lambda record: record.figures[self._aim]).settings


def with_settings(order: TrainingOrder, settings: Mapping[str, JsonValue], **fields: JsonValue) -> TrainingOrder:
    """`order` with values by dotted name, such as `optimiser.lr`. Raises BadParameters where that is no order."""
    document: dict[str, Any] = order.model_dump(mode="json") | fields
    for name, value in settings.items():
        place: Any = document
        *path, last = name.split(".")
        for part in path:
            place = place.get(part)
            if not isinstance(place, dict):
                raise BadParameters(f"The search names {name!r}, and an order has no such setting.")
        place[last] = value
    try:
        return TrainingOrder.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or ", ".join(settings)
        raise BadParameters(f"The search chose what no order may have: {where}: {first['msg']}.") from error
