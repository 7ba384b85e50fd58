"""`packshot.apply`: one operation on arrays, in this process, without bus, store or plugin host."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic_core import to_jsonable_python

from packshot.errors import BadParameters, UnknownName
from packshot.plugin.devices import find_devices
from packshot.plugin.discovery import find_plugins
from packshot.plugin.frame import Frame, Plane
from packshot.plugin.instances import Instances
from packshot.plugin.operation import Run
from packshot.plugin.picture import Picture
from packshot.plugin.registry import Registry
from packshot.recipes.planning import complete_params
from packshot.settings import Settings


def apply(
    operation: str,
    *inputs: npt.ArrayLike | Frame,
    alpha: npt.ArrayLike | None = None,
    seed: int = 0,
    device: str = "auto",
    **params: Any,
) -> Plane:
    """The picture that `operation` (`name` or `name@major`) makes of the first of `inputs`; a generator takes none.

    A picture is H×W×3, H×W×4 (straight alpha last) or H×W; uint8, uint16, or float32 sRGB-encoded 0..1, which is never clipped.
    The result has the dtype that the picture came with: H×W×3, or H×W×4 where it has alpha afterwards. What a generator makes
    has the dtype that the operation works in. Further inputs go to the operation's input names in their order; the last takes all
    that are left, where it takes several.

    For findings, depth or an exported file use `apply_frame`.
    Raises UnknownName, BadParameters, BadPhoto, OperationFailed or DeviceOutOfMemory.
    """
    frames = [given if isinstance(given, Frame) else _frame_of(given) for given in inputs]
    further = dict(zip(_input_names(operation, len(frames) - 1), frames[1:], strict=False))
    frame = frames[0] if frames else None
    if frame is not None and alpha is not None:
        frame = frame.with_planes(alpha=np.asarray(alpha))
    result = apply_frame(operation, frame, inputs=further, seed=seed, device=device, **params)
    return result.rgb if result.alpha is None else np.dstack((result.rgb, result.alpha))


def apply_frame(
    operation: str,
    frame: Frame | None = None,
    *,
    inputs: Mapping[str, Frame] | None = None,
    seed: int = 0,
    device: str = "auto",
    **params: Any,
) -> Frame:
    """`frame` after `operation`, with all its planes, findings and file, at the depth it came with; errors as for `apply`."""
    spec = registry_for(operation).find(operation).spec
    if spec.source and frame is None:
        raise BadParameters(f"{spec.name} needs a picture to work on.")
    complete = complete_params(spec, to_jsonable_python(params))
    instance = _ready(registry_for(operation), device).get(f"{spec.name}@{spec.major}")
    picture = Picture.of(frame if spec.source and frame is not None else Frame({}))
    given = picture.given(spec.takes)
    further = {name: Picture.of(other).given(spec.takes) for name, other in (inputs or {}).items()}
    run = Run(seed=seed, inputs=further, device=instance.device)
    (answer,) = instance.run([given], instance.params(complete), [run])
    after = picture.after(given, answer, spec.takes)
    if "rgb" not in after.frame.planes:
        return after.frame
    in_float = picture.floats is not None or (not spec.source and after.floats is not None)
    return after.encoded_float() if in_float else after.settled()


def _input_names(operation: str, count: int) -> list[str]:
    spec = registry_for(operation).find(operation).spec
    names = list(spec.inputs)
    if names and names[-1] in spec.several:
        last = names.pop()
        names += [f"{last}.{number}" for number in range(1, count - len(names) + 1)]
    if count > len(names):
        takes = ", ".join(names) or "none"
        raise BadParameters(f"{operation} was given {count} further inputs; it takes {takes}.")
    return names


def _frame_of(given: npt.ArrayLike) -> Frame:
    array = np.asarray(given)
    if array.dtype == np.float64:
        array = array.astype(np.float32)
    if array.dtype not in (np.uint8, np.uint16, np.float32):
        raise BadParameters(f"A picture is uint8, uint16 or float32 (0..1), not {array.dtype}.")
    if array.ndim == 2:
        array = np.dstack((array, array, array))
    if array.ndim != 3 or array.shape[2] not in (3, 4) or 0 in array.shape:
        raise BadParameters(f"A picture is H×W×3, H×W×4 or H×W, not {'×'.join(map(str, array.shape)) or 'a number'}.")
    rgb = np.ascontiguousarray(array[..., :3])
    return Frame.of(rgb, np.ascontiguousarray(array[..., 3]) if array.shape[2] == 4 else None)


def registry_for(operation: str) -> Registry:
    """The plugins of this process, as far as `operation` needs them: those of the folder only if no installed one offers it."""
    settings = Settings()
    models = settings.resolved_models_dir
    installed = _loaded(None, settings.plugins, models)
    try:
        installed.find(operation)
    except UnknownName:
        return _loaded(settings.resolved_plugins_dir, settings.plugins, models)
    return installed


def forget_plugins() -> None:
    """Ask all plugins anew what they offer: models have come."""
    _loaded.cache_clear()
    _ready.cache_clear()


@lru_cache(maxsize=4)
def _loaded(plugins_dir: Path | None, only: str, models_dir: Path) -> Registry:
    # What plugins offer depends on the models that are there too.
    return Registry(find_plugins(plugins_dir), only)


@lru_cache(maxsize=4)
def _ready(registry: Registry, device: str) -> Instances:
    return Instances(registry, find_devices(device))
