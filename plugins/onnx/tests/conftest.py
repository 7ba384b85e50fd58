"""A folder of models, and operations of what lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from packshot.plugin import Frame, Run
from packshot.plugin.devices import CPU
from packshot.plugin.instances import Instance
from packshot.plugin.picture import Picture
from packshot.plugin.registry import Offered
from packshot.recipes.planning import complete_params
from packshot_onnx.plugin import packshot_operations

from .nets import shelve


@dataclass
class Shelf:
    folder: Path

    def offer(self, family: str, content: bytes, name: str = "tiny", **use: Any) -> Offered:
        """The operation of a model that was just brought."""
        shelve(self.folder, family, content, name, **use)
        operations = {operation.name: operation for operation in packshot_operations()}
        operation = operations[f"{family}.{name}"]
        return Offered(operation, operation.spec("packshot-onnx"))


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(tmp_path))
    return Shelf(tmp_path)


def run(offered: Offered, frame: Frame, *, mask: Frame | None = None, **params: Any) -> Frame:
    """What the operation makes of `frame`, at the depth it came with."""
    instance = Instance(offered, (CPU,))
    takes = offered.spec.takes
    picture = Picture.of(frame)
    given = picture.given(takes)
    further = {} if mask is None else {"mask": Picture.of(mask).given(takes)}
    read = instance.params(complete_params(offered.spec, params))
    (answer,) = instance.run([given], read, [Run(inputs=further, device=CPU)])
    after = picture.after(given, answer, takes)
    return after.encoded_float() if frame.rgb.dtype.kind == "f" else after.settled()
