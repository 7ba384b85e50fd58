"""Looking at pictures with a network of features: one that comes with packshot, or one of the models folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from packshot.errors import BadParameters, UnknownName, nearest
from packshot.features import brought
from packshot.features.sight import Bytes, seen
from packshot.features.use import FAMILY, FeatureUse
from packshot.plugin.frame import Plane
from packshot.plugin.models import Floats, ModelCard, find_cards
from packshot.plugin.models.card import parse_use
from packshot.plugin.models.opening import open_net
from packshot.plugin.models.shipped import shipped_cards

_PACKAGE = "packshot.features"
_AT_ONCE = 128

_Forward = Callable[[Bytes], tuple[Floats, Floats | None]]
"""Of N×C×side×side uint8: features N×D, and scores N×K of a network that tells things apart."""


@dataclass(frozen=True)
class Seen:
    """What a network says of N pictures."""

    features: Floats
    """N×D float32."""
    scores: Mapping[str, Floats]
    """For each task, N×K float32: the most of a row is what the picture shows."""
    tasks: Mapping[str, Sequence[str]]

    def told(self, task: str = "") -> list[str]:
        """For each picture, the category that it most likely has in `task`; without one, in the network's only task.

        Raises BadParameters for a task that the network has not.
        """
        if not task and len(self.tasks) == 1:
            (task,) = self.tasks
        if task not in self.tasks:
            raise BadParameters(f"The network has no task {task!r}, but: {', '.join(self.tasks) or 'none'}.")
        return [self.tasks[task][place] for place in self.scores[task].argmax(axis=1)]


@dataclass(frozen=True)
class FeatureNetwork:
    """A network that is ready to look."""

    name: str
    """Measures are named after it: `fd.<name>`."""
    digest: str
    """Of its card and weights: equal for equal features."""
    side: int
    channels: int
    tasks: Mapping[str, Sequence[str]]
    """What it tells apart: for each task its categories. Of a network that a user brought, nothing."""
    places: Mapping[str, slice] = field(repr=False)
    forward: _Forward = field(repr=False)

    def look(self, pictures: Iterable[Plane]) -> Seen:
        """Of any number of pictures (uint8, H×W, H×W×1 or H×W×3, sizes may differ). Raises BadPhoto, BadParameters for none."""
        features, scores = [], []
        for batch in _batches(pictures):
            found, told = self.forward(np.stack([seen(each, self.side, self.channels) for each in batch]))
            features.append(found)
            scores.append(np.empty((len(batch), 0), np.float32) if told is None else told)
        if not features:
            raise BadParameters("There is no picture to take features of.")
        together = np.concatenate(scores)
        return Seen(np.concatenate(features), {task: together[:, place] for task, place in self.places.items()}, self.tasks)


def features_of(pictures: Iterable[Plane], network: str | FeatureNetwork, device: str = "cpu") -> Floats:
    """N×D float32 features of N pictures (uint8, H×W, H×W×1 or H×W×3, or one array N×H×W…), by a network or its name.

    Raises UnknownName for a network that there is not, BadPhoto for what is no picture, and what opening the network raises.
    """
    opened = find_network(network, device) if isinstance(network, str) else network
    return opened.look(pictures).features


def network_names() -> list[str]:
    """The networks that there are: those that come with packshot, and those of the models folder."""
    return sorted(_cards())


def find_network(name: str, device: str = "cpu") -> FeatureNetwork:
    """The network of this name, its files checked and its weights loaded.

    Raises UnknownName, ModelMissing, ModelDamaged, or BadSettings where nothing is installed that runs it.
    """
    cards = _cards()
    if name not in cards:
        raise UnknownName(f"There is no network of features {name!r}. {nearest(name, sorted(cards))}")
    card = cards[name]
    digest = card.models(card.family)[-1].digest
    if card.family == brought.FAMILY:
        shape = parse_use(card, brought.BroughtUse)
        return FeatureNetwork(name, digest, shape.side, shape.channels, {}, {}, brought.BroughtNet(card, shape, device))
    use = parse_use(card, FeatureUse)
    net = open_net(card, use, device)

    def forward(pictures: Bytes) -> tuple[Floats, Floats]:
        features, scores = net(pictures.astype(np.float32) / np.float32(255))
        return features[..., 0, 0], scores[..., 0, 0]

    return FeatureNetwork(name, digest, use.side, use.channels, use.tasks, use.places, forward)


def _cards() -> dict[str, ModelCard]:
    """By name; one of the folder wins over one that comes with packshot."""
    shipped = {card.name: card for card in shipped_cards(_PACKAGE, FAMILY)}
    return shipped | {card.name: card for card in find_cards(FAMILY, brought.FAMILY)}


def _batches(pictures: Iterable[Plane]) -> Iterator[list[Plane]]:
    left = iter(pictures)
    while batch := list(islice(left, _AT_ONCE)):
        yield batch
