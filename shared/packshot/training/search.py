"""The search for better settings: Optuna says what to try next, and which trial is not worth its end.

Nothing is kept but the trials themselves: what is tried as number n depends on the seed, n and the trials before, so that a
search that was cut anywhere goes on as if it had not been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState
from pydantic import JsonValue

from packshot.contracts.model import Json
from packshot.contracts.training import Between, OneOf, RunRecord, Search

Looks = Mapping[int, float]
_UNTOUCHED = 4
"""Trials that are never pruned: a median of fewer says nothing."""


class Searcher:
    """What to try, for one order."""

    def __init__(self, search: Search, seed: int, aim: str, better: str) -> None:
        self._search, self._seed, self._aim = search, seed, aim
        self._direction = optuna.study.StudyDirection.MAXIMIZE if better == "max" else optuna.study.StudyDirection.MINIMIZE
        self._space = {name: _distribution(range_) for name, range_ in search.space.items()}

    def suggest(self, ended: Sequence[RunRecord], looks: Sequence[Looks]) -> Json:
        """The next trial's settings (TPE: J. Bergstra et al., NIPS 2011)."""
        study = self._study(ended, looks)
        drawn = study.ask(self._space).params
        return {name: self._value(name, value) for name, value in drawn.items()}

    def is_hopeless(self, ended: Sequence[RunRecord], looks: Sequence[Looks], now: Looks) -> bool:
        """Whether a trial that looked as in `now` is worse than the median of those before at the same step."""
        if not self._search.prune:
            return False
        study = self._study(ended, looks)
        trial = study.ask(self._space)
        for step, value in now.items():
            trial.report(value, step)
        return trial.should_prune()

    def _study(self, ended: Sequence[RunRecord], looks: Sequence[Looks]) -> optuna.Study:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        sampler = optuna.samplers.TPESampler(seed=self._seed + len(ended))
        pruner = optuna.pruners.MedianPruner(n_startup_trials=_UNTOUCHED)
        study = optuna.create_study(direction=self._direction, sampler=sampler, pruner=pruner)
        for record, seen in zip(ended, looks, strict=True):
            study.add_trial(self._told(record, seen))
        return study

    def _told(self, record: RunRecord, looks: Looks) -> FrozenTrial:
        value = record.figures.get(self._aim)
        state = TrialState.FAIL if value is None else TrialState.PRUNED if record.pruned else TrialState.COMPLETE
        return optuna.trial.create_trial(
            state=state,
            value=value if state is TrialState.COMPLETE else None,
            params={name: self._index(name, setting) for name, setting in record.settings.items()},
            distributions=self._space,
            intermediate_values=dict(looks),
        )

    def _value(self, name: str, drawn: Any) -> JsonValue:
        """Choices are drawn by their number, because they may be lists."""
        range_ = self._search.space[name]
        value: JsonValue = range_.choices[drawn] if isinstance(range_, OneOf) else drawn
        return value

    def _index(self, name: str, setting: object) -> object:
        range_ = self._search.space[name]
        if not isinstance(range_, OneOf):
            return setting
        return [type(choice) is type(setting) and choice == setting for choice in range_.choices].index(True)


def _distribution(range_: Between | OneOf) -> BaseDistribution:
    if isinstance(range_, OneOf):
        return CategoricalDistribution(list(range(len(range_.choices))))
    if range_.whole:
        return IntDistribution(round(range_.low), round(range_.high), log=range_.log)
    return FloatDistribution(range_.low, range_.high, log=range_.log)
