"""What the trainers of this plugin have in common: examples, figures and sheets."""

from __future__ import annotations

from collections.abc import Sequence
from pkgutil import resolve_name
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

import numpy as np
from pydantic import Field

from packshot.contracts.dataset import Manifest, Split
from packshot.features.sight import seen
from packshot.plugin.models import Net
from packshot.training import NetTrainer, Picture
from packshot.training.sheet import sheet
from packshot.training.trainer import Array, Nets
from packshot_gan.judging import compared
from packshot_gan.pictures import shown
from packshot_gan.use import GeneratorUse, one_hot

if TYPE_CHECKING:
    from torch import nn

SHOWN = 8
"""Pictures of each class on a sheet."""
_AT_ONCE = 250


class GanTraining(GeneratorUse):
    """What trainings of generators take."""

    mirror: bool = Field(False, description="Whether a picture may be seen in a mirror; not where things face one way")
    features: str = Field(
        "", description="The network whose features judge it; empty: `fashion` for small grey pictures, else `products`"
    )


P = TypeVar("P", bound=GanTraining)


class GanTrainer(NetTrainer[P], Generic[P]):
    """A generator that learns against a critic, each class by name; the catalogue's categories are the classes."""

    Use = GeneratorUse
    aim = "fd"
    better = "min"
    kept = ("generator",)
    against: ClassVar[str]
    """`module:function` that makes of the parameters what the generator learns against, `critic` among it; as `learns_by`."""
    test_at_most = 10_000

    def of_data(self, params: P, manifest: Manifest) -> P:
        """Its categories are the classes, where none are said; of a set with one alone there are none."""
        found = sorted({item.category for item in manifest.of(Split.TRAIN)})
        return params if params.classes or len(found) < 2 else params.model_copy(update={"classes": tuple(found)})

    def networks(self, params: P) -> dict[str, nn.Module]:
        """See Trainer."""
        return {"generator": params.network(), **resolve_name(self.against)(params)}

    def turns(self, params: P) -> tuple[str, ...]:
        """See Trainer."""
        return ("critic", "generator")

    def longest(self, params: P) -> int:
        """See Trainer."""
        return params.size

    def example(self, picture: Picture, params: P, rng: np.random.Generator) -> dict[str, Array]:
        """A picture (uint8), its class, and what another is made of: drawn here, it is the same for any number of processes."""
        square = seen(picture.rgb, params.size, params.channels)
        if params.mirror and rng.random() < 0.5:
            square = np.ascontiguousarray(square[..., ::-1])
        return {
            "picture": square,
            "label": np.eye(params.kinds, dtype=np.float32)[params.label(picture.category), :, None, None],
            "latent": rng.standard_normal((params.latent, 1, 1), np.float32),
            "share": rng.random((1, 1, 1), np.float32),
        }

    def figures_of_all(self, nets: Nets, pictures: Sequence[Picture], params: P) -> dict[str, float]:
        """As many made pictures as real ones, of the same classes, compared by features: `fd`, and by the network's name.

        Where nobody names a network, and the usual one is not there, nothing is measured, and the last weights are kept.
        """
        labels = [params.label(picture.category) for picture in pictures]
        made = [shown(each) for each in made_by(nets["generator"], labels, params, seed=1)]
        return compared([picture.rgb for picture in pictures], made, params, params.features)

    def sheet(self, nets: Nets, pictures: Sequence[Picture], params: P) -> Array:
        """Eight of each class, always of the same latents."""
        labels = np.repeat(np.arange(params.kinds), SHOWN)
        tiles = [shown(each) for each in made_by(nets["generator"], labels, params, seed=0)]
        return sheet([tiles[start : start + SHOWN] for start in range(0, len(tiles), SHOWN)])


def made_by(generator: Net, labels: Sequence[int] | Array, params: GeneratorUse, seed: int) -> Array:
    """A picture of each label: N×C×size×size, -1..1, from latents that `seed` draws."""
    labels = np.asarray(labels, np.int64)
    latents = np.random.default_rng(seed).standard_normal((len(labels), params.latent, 1, 1), np.float32)
    made = []
    for start in range(0, len(labels), _AT_ONCE):
        few = slice(start, start + _AT_ONCE)
        made.append(np.clip(generator(latents[few], one_hot(labels[few], params.kinds))[0], -1, 1))
    return np.concatenate(made)
