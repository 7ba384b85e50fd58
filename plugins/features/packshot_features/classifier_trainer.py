"""How networks of features are trained."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from packshot.contracts.model import Json
from packshot.errors import BadParameters
from packshot.features.sight import seen
from packshot.features.use import FAMILY, FeatureUse
from packshot.imaging.pixels import to_bytes
from packshot.plugin import Frame
from packshot.training import NetTrainer, Picture
from packshot.training.trainer import Array, Nets
from packshot_features.views import cropped, shifted


class ClassifierParams(FeatureUse):
    """The network's shape, and how it learns."""

    views: Literal["crops", "shifts"] = Field(
        "crops", description="What is learnt from: crops of photos in other lights, or small pictures moved by two pixels"
    )
    smoothing: float = Field(0.05, ge=0, lt=1, description="Share of certainty that is given to the other categories")


class ClassifierTrainer(NetTrainer[ClassifierParams]):
    """Learns to tell the categories of a data set apart; its features are what pictures are compared by.

    With several tasks a picture teaches the one that its category belongs to. Each category must be named under `tasks`.
    """

    name = FAMILY
    title = "Features"
    Params, Use = ClassifierParams, FeatureUse
    aim = "accuracy"
    learns_by = "packshot_features.classifier_loss:loss"
    defaults: ClassVar[Json] = {
        "optimiser": {"lr": 3e-3, "betas": [0.9, 0.999], "weight_decay": 5e-2},
        "batch": 64,
        "steps": 4000,
        "ema": 0.998,
    }

    def longest(self, params: ClassifierParams) -> int:
        """Twice the side, so that parts of it still have the side."""
        return 2 * params.side

    def example(self, picture: Picture, params: ClassifierParams, rng: np.random.Generator) -> dict[str, Array]:
        """A view (C×side×side uint8), and the place of its category among all scores."""
        view = shifted(picture.rgb, rng) if params.views == "shifts" else cropped(picture.rgb, rng)
        return {
            "picture": seen(view, params.side, params.channels),
            "place": np.asarray(_place(picture.category, params), np.int64),
        }

    def trials(self, picture: Picture, params: ClassifierParams, rng: np.random.Generator) -> dict[str, Frame]:
        """The picture itself."""
        return {"picture": Frame.of(picture.rgb.astype(np.float32) / 255)}

    def answer(self, nets: Nets, given: Frame, params: ClassifierParams) -> Frame:
        """The picture, with all scores as a finding."""
        shown = seen(to_bytes(given.rgb), params.side, params.channels)
        _, scores = nets["net"](shown[None].astype(np.float32) / np.float32(255))
        return given.with_finding(FAMILY, scores[0, :, 0, 0].tolist())

    def figures(self, trial: str, answer: Frame, picture: Picture, params: ClassifierParams) -> dict[str, float]:
        """1 where the best of the task's scores is the picture's, else 0; as `accuracy`, and for each of several tasks."""
        place = _place(picture.category, params)
        task, places = next((name, each) for name, each in params.places.items() if each.start <= place < each.stop)
        scores = np.asarray(answer.findings[FAMILY])[places]
        right = {"accuracy": float(scores.argmax() == place - places.start)}
        return right if len(params.tasks) == 1 else right | {f"accuracy.{task}": right["accuracy"]}


def _place(category: str, params: ClassifierParams) -> int:
    for task, places in params.places.items():
        if category in params.tasks[task]:
            start: int = places.start
            return start + params.tasks[task].index(category)
    raise BadParameters(f"The data set has pictures of the category {category!r}, which no task names: say all in `tasks`.")
