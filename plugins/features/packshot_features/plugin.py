"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.features import network_names
from packshot.plugin import hookimpl
from packshot_features.classifier_trainer import ClassifierTrainer


@hookimpl
def packshot_trainers() -> list[type[Any]]:
    """The networks that `packshot.features` looks with."""
    # Asked for, so that those that are registered come here: trainers of generators and `packshot evaluate` look with them.
    network_names()
    return [ClassifierTrainer]
