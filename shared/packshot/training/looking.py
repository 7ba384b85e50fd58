"""A look at the validation side: figures, and a sheet of what the networks make. Imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from packshot.errors import BadPlugin
from packshot.plugin.frame import Plane
from packshot.training.answering import answers_of, nets_of
from packshot.training.judging import figures_of, means, trials_of
from packshot.training.picture import Picture
from packshot.training.sheet import sheet, tiles_of
from packshot.training.trainer import Networks, Trainer

_SHOWN = 4


def look(trainer: Trainer[Any], params: Any, networks: Networks, pictures: Sequence[Picture]) -> dict[str, float]:
    """The means of all figures over `pictures`. BadPlugin where there are figures, and the trainer's aim is none of them."""
    nets = nets_of(networks)
    answer = answers_of(trainer, nets, params)
    found = [figures_of(trainer, params, each, answer) for each in pictures]
    figures = means(found) | trainer.figures_of_all(nets, pictures, params)
    if figures and trainer.aim not in figures:
        raise BadPlugin(f"{trainer.name} aims at {trainer.aim}, and its figures are {', '.join(figures)}.")
    return figures


def show(trainer: Trainer[Any], params: Any, networks: Networks, pictures: Sequence[Picture]) -> Plane | None:
    """H×W×3 uint8: the trainer's own sheet, or else a row for each picture with all trials, answers and the truth."""
    few = pictures[:_SHOWN]
    nets = nets_of(networks)
    own = trainer.sheet(nets, few, params)
    if own is not None:
        return own
    answer = answers_of(trainer, nets, params)
    rows = [
        [tile for given in trials.values() for tile in tiles_of(given, answer(given), each)]
        for each in few
        if (trials := trials_of(trainer, params, each))
    ]
    return sheet(rows) if rows else None
