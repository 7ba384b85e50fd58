"""Tiny pipelines, saved once, and operations of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from packshot.plugin import Frame, Run
from packshot.plugin.devices import CPU
from packshot.plugin.instances import Instance
from packshot.plugin.picture import Picture
from packshot.plugin.registry import Offered
from packshot.recipes.planning import complete_params
from packshot_diffusion.plugin import packshot_operations

from . import tiny


@dataclass
class Shelf:
    models: Path
    pipelines: dict[bool, Path]

    def bring(self, name: str = "tiny", *, inpainting_only: bool = False, **use: Any) -> None:
        tiny.shelve(self.models, self.pipelines[inpainting_only], name, **use)

    def offered(self, name: str) -> Offered:
        (operation,) = (each for each in packshot_operations() if each.name == name)
        return Offered(operation, operation.spec("packshot-diffusion"))


@pytest.fixture(scope="session")
def pipelines(tmp_path_factory):
    # A step of these takes a millisecond; threads would take longer to be told.
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("pipelines")
    return {only: tiny.save_pipeline(folder / str(only), inpainting_only=only) for only in (False, True)}


@pytest.fixture
def shelf(pipelines, tmp_path, monkeypatch):
    models = tmp_path / "models"
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(models))
    return Shelf(models, pipelines)


@pytest.fixture(scope="module")
def brought(pipelines, tmp_path_factory):
    """One pipeline for all tests of a file, loaded once."""
    models = tmp_path_factory.mktemp("models") / "models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PACKSHOT_MODELS_DIR", str(models))
        shelf = Shelf(models, pipelines)
        shelf.bring()
        kept: dict[str, Instance] = {}

        def instance(name: str) -> Instance:
            if name not in kept:
                kept[name] = Instance(shelf.offered(name), (CPU,))
            return kept[name]

        yield instance


def run(instance: Instance, frame: Frame, *, mask: Frame | None = None, seed: int = 1, **params: Any) -> Frame:
    """What it makes of `frame` in two steps, at the depth it came with."""
    takes = instance.spec.takes
    picture = Picture.of(frame)
    given = picture.given(takes)
    further = {} if mask is None else {"mask": Picture.of(mask).given(takes)}
    read = instance.params(complete_params(instance.spec, {"steps": 2, **params}))
    (answer,) = instance.run([given], read, [Run(seed=seed, inputs=further, device=CPU)])
    return picture.after(given, answer, takes).settled()
