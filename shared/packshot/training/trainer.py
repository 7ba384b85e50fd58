"""`Trainer`: what a plugin says of a network that packshot is to train. Importable without torch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ValidationError

from packshot.contracts.dataset import Manifest
from packshot.contracts.model import Json
from packshot.contracts.training import TrainerSpec
from packshot.errors import BadParameters
from packshot.plugin.frame import Frame
from packshot.plugin.models import Net
from packshot.training.picture import Picture

if TYPE_CHECKING:
    from torch import Tensor, nn

P = TypeVar("P", bound=BaseModel)

Array = npt.NDArray[Any]
Networks = Mapping[str, "nn.Module"]
Nets = Mapping[str, Net]
Losses = dict[str, "Tensor"]


class Trainer(ABC, Generic[P]):
    """One kind of network and how it learns. Subclass it, and offer the class in the hook `packshot_trainers`.

    `example`, `trials` and `figures` run in processes that prepare pictures, so their module must not import torch at its top;
    `networks` and `loss` may import it inside. An instance keeps nothing from call to call.
    """

    name: ClassVar[str]
    """The family of operations that the weights are for: `denoise.cnn`."""
    title: ClassVar[str] = ""
    Params: type[P]
    """Architecture, losses and degradations; each field says what it is."""
    takes: ClassVar[tuple[str, ...]] = ()
    """Planes that a picture must have beside its colours, such as `alpha`; pictures without are left out."""
    aim: ClassVar[str]
    """The figure by which the best weights are known."""
    better: ClassVar[Literal["max", "min"]] = "max"
    defaults: ClassVar[Json] = {}
    """What an order has where it says nothing, in the order's words: `{"batch": 8, "optimiser": {"lr": 2e-4}}`."""
    baselines: ClassVar[tuple[str, ...]] = ()
    """Operations, best classical ones first, that the test figures name beside."""
    kept: ClassVar[tuple[str, ...]] = ()
    """The networks that the operation needs (of a GAN the generator); empty: all."""
    test_at_most: ClassVar[int] = 500
    """Pictures of the test side that are measured; figures that only many have together need more."""

    def of_data(self, params: P, manifest: Manifest) -> P:
        """`params` with what only the data set says, such as the names of its categories; without this, as they are.

        Called once, before anything is made of them: what a training goes by, and its card says, is the answer.
        """
        return params

    @abstractmethod
    def networks(self, params: P) -> dict[str, nn.Module]:
        """The networks by name, with fresh weights; torch's seed is set before."""

    def turns(self, params: P) -> tuple[str, ...]:
        """Which network the optimiser moves at each turn of a step: `("critic", "critic", "generator")` of a GAN.

        Each turn is given a batch of its own. Without this, all networks are moved at once in one turn called `all`.
        """
        return ("all",)

    def longest(self, params: P) -> int | None:
        """Pixels of the longer side that examples need of a photo: larger ones are brought down to it, which saves most of the
        decoding and of the cache. None: all of it. What is judged is always shown whole."""
        return None

    @abstractmethod
    def example(self, picture: Picture, params: P, rng: np.random.Generator) -> dict[str, Array]:
        """One example: arrays by name, the same shapes and dtypes whatever the picture; pictures as C×H×W.

        All chance comes from `rng`, which is another for each example, and the same whenever that example is made.
        """

    learns_by: ClassVar[str]
    """`module:function` that is `loss`, where that imports torch: named rather than imported, for who lists trainers imports
    their module."""

    def loss(self, turn: str, networks: Networks, batch: Mapping[str, Tensor], params: P) -> Losses:
        """What this turn minimises, as `loss`, a mean over the batch; and other scalars worth a curve.

        `batch` has what `example` makes, B×…, on the networks' device. torch's seed is set before: chance is the same each time.
        Define it, or name in `learns_by` the function that takes the same.
        """
        losses: Losses = resolve_name(self.learns_by)(turn, networks, batch, params)
        return losses

    def trials(self, picture: Picture, params: P, rng: np.random.Generator) -> dict[str, Frame]:
        """What the network is given to be judged by, by name of the trial (`sigma25`). None for a network that is given nothing.

        Frames are FLOAT (float32 sRGB-encoded 0..1), so that any operation can be judged by the same. `rng` is the same
        whenever this picture is judged.
        """
        return {}

    def answer(self, nets: Nets, given: Frame, params: P) -> Frame:
        """What the networks make of a trial: what the operation would answer, of which `nets` are what its `net` is."""
        raise NotImplementedError(f"{type(self).__name__} has trials, so it must define answer() and figures()")

    def figures(self, trial: str, answer: Frame, picture: Picture, params: P) -> dict[str, float]:
        """How good an answer is, the network's or another operation's: `psnr.sigma25`.

        Of a name that several trials give, the mean counts.
        """
        raise NotImplementedError(f"{type(self).__name__} has trials, so it must define answer() and figures()")

    def baseline(self, operation: str, params: P) -> dict[str, Any]:
        """The parameters with which another operation is judged by the same trials; without this, its own defaults."""
        return {}

    def figures_of_all(self, nets: Nets, pictures: Sequence[Picture], params: P) -> dict[str, float]:
        """Figures that only many pictures have together, such as a Fréchet distance; without this, none."""
        return {}

    def sheet(self, nets: Nets, pictures: Sequence[Picture], params: P) -> Array | None:
        """H×W×3 uint8: what the networks make now, for people to look at. Without this: each trial beside its answer."""
        return None

    def example_inputs(self, params: P) -> tuple[Array, ...] | None:
        """Float32 N×C×H×W arrays as the kept network's `forward` takes them: by them its graph is written, which runs it without
        torch. N, H and W stay free, so `forward` must ask no sizes in Python. None: only torch runs it."""
        return None

    @abstractmethod
    def use(self, params: P) -> Json:
        """What the model's card says under `use`, so that the operation can build the networks again."""

    def params(self, given: Mapping[str, Any]) -> P:
        """`given` as this trainer's parameters. Raises BadParameters naming the first that is wrong."""
        try:
            return self.Params.model_validate(dict(given))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadParameters(f"{self.name} does not take {where or 'these parameters'}: {first['msg']}.") from error

    @classmethod
    def spec(cls, plugin: str = "") -> TrainerSpec:
        """This trainer as the catalogue shows it."""
        doc = (cls.__doc__ or "").strip()
        return TrainerSpec(
            name=cls.name,
            title=cls.title or cls.name,
            summary=" ".join(doc.split("\n\n", 1)[0].split()),
            params_schema={**cls.Params.model_json_schema(), "additionalProperties": False},
            takes=cls.takes,
            aim=cls.aim,
            better=cls.better,
            defaults=cls.defaults,
            baselines=cls.baselines,
            plugin=plugin,
        )
