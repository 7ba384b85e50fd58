"""One way of asking suits the families: UNets with two text encoders, and transformers without negative prompt or UNet."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.plugin import Frame
from packshot.plugin.devices import CPU
from packshot.plugin.instances import Instance

from . import tiny, tiny_families
from .conftest import run

PHOTO = data.astronaut()[:120, :170]
ALPHA = np.zeros(PHOTO.shape[:2], np.uint8)
ALPHA[30:90, 50:120] = 255


@pytest.mark.parametrize("save", [tiny_families.save_sdxl, tiny_families.save_flux], ids=["sdxl", "flux"])
def test_each_task_works(shelf, tmp_path, save):
    save(tmp_path / "pipeline")
    tiny.shelve(shelf.models, tmp_path / "pipeline", size=64)
    frame = Frame.of(PHOTO, ALPHA)
    made = {
        name: run(Instance(shelf.offered(f"diffusion.{name}.tiny"), (CPU,)), frame, **params).rgb
        for name, params in {
            "inpaint": {"box": [0, 0, 0.2, 0.5]},
            "background": {"prompt": "a", "negative_prompt": "a"},
            "relight": {"prompt": "a"},
        }.items()
    }
    assert np.array_equal(made["inpaint"][:, 40:], PHOTO[:, 40:])
    assert not np.array_equal(made["inpaint"], PHOTO)
    assert np.array_equal(made["background"][ALPHA == 255], PHOTO[ALPHA == 255])
    assert made["relight"].shape == PHOTO.shape
