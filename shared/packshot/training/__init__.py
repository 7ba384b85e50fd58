"""Training: networks of plugins, trained on data sets and on synthetic pictures. How it goes: docs/explanation/training.md.

What the author of a trainer imports is here and needs no torch: torch is imported when a training runs.
"""

from packshot.training.net_trainer import NetTrainer
from packshot.training.picture import Picture
from packshot.training.trainer import Trainer

__all__ = ["NetTrainer", "Picture", "Trainer"]
