"""An operation under test: loaded, and run on pictures, with whatever it raises put into words for its author."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from packshot.contracts.model import Json
from packshot.contracts.operation import OperationSpec
from packshot.errors import BadParameters, BadPhoto
from packshot.plugin.conformance import pictures
from packshot.plugin.conformance.failure import ConformanceFailure, NotTestable, must
from packshot.plugin.conformance.parameters import examples
from packshot.plugin.conformance.pictures import Example
from packshot.plugin.devices import CPU, device_for, find_devices
from packshot.plugin.frame import Frame
from packshot.plugin.operation import Operation, Run
from packshot.plugin.picture import Picture
from packshot.recipes.planning import complete_params

SEED = 7
_WORDS = 20
"""Characters that a sentence for a merchant has at least."""
_CUT_OUT = ("mask", "cutouts")
"""Further inputs of these names are cut out."""


@dataclass(frozen=True)
class Subject:
    """One loaded operation."""

    kind: type[Operation[Any]]
    spec: OperationSpec
    operation: Operation[Any]
    device: str
    quick: bool = False
    """Leave out what takes long: pictures of 12 megapixels."""

    @staticmethod
    def of(kind: type[Operation[Any]], *, quick: bool = False) -> Subject:
        """Load it, on the CPU unless it requires another device.

        Raises ConformanceFailure if it is not declared rightly or does not load, NotTestable if its device is not here.
        """
        try:
            spec = kind.spec()
        except Exception as error:
            raise ConformanceFailure(f"{kind.__name__} is not declared rightly: {error}") from error
        device = device_for(spec, find_devices("auto") if spec.device.required else (CPU,))
        if device is None:
            raise NotTestable(f"{spec.name} requires {spec.device.kind}, which this machine does not have.")
        try:
            operation = kind()
            operation.load(device)
        except Exception as error:
            raise ConformanceFailure(f"load({device!r}) raised {_said(error, kind)}.") from error
        return Subject(kind, spec, operation, device, quick)

    def usual(self) -> Iterator[Example]:
        """The pictures of its kind: a product with and without alpha and depth, or for a generator nothing."""
        return pictures.usual() if self.spec.source else iter((pictures.NOTHING,))

    def answer(self, example: Example, params: Json | None = None, **more: Any) -> Frame | None:
        """What it makes of one picture; `more` as for `answers`."""
        made = self.answers([example], params, **more)
        return None if made is None else made[0]

    def answers(
        self,
        batch: list[Example],
        params: Json | None = None,
        *,
        seed: int = SEED,
        progress: Callable[..., None] | None = None,
    ) -> list[Frame] | None:
        """What it makes of `batch` in one call, in its own pixel format; None if it refuses the input with a sentence.

        Each run has arrays of its own. Raises ConformanceFailure for any other error.
        """
        runs = [Run(seed=seed, inputs=self.further(example.frame), device=self.device) for example in batch]
        for run in runs:
            run.progress = progress or run.progress
        words = batch[0].words if len(batch) == 1 else f"a batch of {len(batch)}"
        return self.call([self.given(example.frame) for example in batch], runs, words, params)

    def call(self, given: list[Frame], runs: list[Run], words: str, params: Json | None = None) -> list[Frame] | None:
        """The same for frames in its own pixel format, which `words` describe."""
        try:
            whole = complete_params(self.spec, {**examples(self.spec.params_schema), **(params or {})})
            made = list(self.operation.run_batch(given, self.kind.Params.model_validate(whole), runs))
        except ValidationError:
            return None
        except (BadPhoto, BadParameters) as error:
            said = f"{type(error).__name__}({str(error)!r})"
            must(len(str(error)) >= _WORDS, f"On {words} it raised {said}: say what the merchant can do.")
            return None
        except Exception as error:
            hint = "If the picture cannot be used, raise packshot.errors.BadPhoto with a sentence for the merchant."
            raise ConformanceFailure(f"On {words} it raised {_said(error, self.kind)}. {hint}") from error
        sound = len(made) == len(given) and all(isinstance(each, Frame) for each in made)
        must(sound, f"On {words} run_batch() must return one Frame for each that it was given.")
        return made

    def given(self, frame: Frame) -> Frame:
        """`frame` in its pixel format, with arrays of its own."""
        own = replace(frame, planes={name: plane.copy() for name, plane in frame.planes.items()})
        return Picture.of(own).given(self.spec.takes)

    def further(self, frame: Frame) -> dict[str, Frame]:
        """A product as each of its further inputs, as large as `frame`."""
        return {name: self.given(other) for name, other in self.further_pictures(frame).items()}

    def further_pictures(self, frame: Frame) -> dict[str, Frame]:
        """The same as they come from a photo; two for an input that takes several. A `mask` and `cutouts` have alpha."""
        height, width = (frame.height, frame.width) if frame.planes else (24, 32)
        names = [each for name in self.spec.inputs for each in ((name, f"{name}.1") if name in self.spec.several else (name,))]
        products = {name: pictures.product(height, width, seed) for seed, name in enumerate(names, start=3)}
        return {
            name: pictures.with_alpha(frame) if name.partition(".")[0] in _CUT_OUT else frame for name, frame in products.items()
        }


def _said(error: Exception, kind: type[Operation[Any]]) -> str:
    """The error, and the last line of the plugin's own that led to it."""
    own = Path(inspect.getfile(kind)).parent
    lines = [
        f"{Path(at.filename).name}:{at.lineno}"
        for at in traceback.extract_tb(error.__traceback__)
        if own in Path(at.filename).parents
    ]
    return f"{type(error).__name__}: {str(error).strip()}" + (f" ({lines[-1]})" if lines else "")
