from __future__ import annotations

import pytest
from tests.trained.shelf import train_and_shelve

from packshot.contracts.training import TrainingOrder

from .catalogue import catalogue

TINY = {"size": 16, "width": 8, "latent": 8, "slowly": 2000}


def order_for(data, trainer="gan.modern", **fields):
    given = {
        "trainer": trainer,
        "name": "tiny",
        "data": data,
        "params": TINY if trainer == "gan.modern" else {name: TINY[name] for name in ("size", "width", "latent")},
        "steps": 90,
        "threads": 1,
        "batch": 16,
        "loaders": 0,
        "device": "cpu",
        "ema": 0.9,
        "optimiser": {"kind": "adam", "lr": 2e-3, "betas": [0.0, 0.99], "clip": 0},
        "schedule": {"kind": "constant", "warmup": 0},
        "validate_every": 90,
        "validate_on": 10,
    }
    return TrainingOrder.model_validate(given | fields)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A tiny generator, and the models folder with it."""
    root = tmp_path_factory.mktemp("generator")
    return train_and_shelve(order_for(catalogue(root)), root)


@pytest.fixture(scope="session")
def inverted(made, tmp_path_factory):
    """The same with an encoder beside it."""
    root = tmp_path_factory.mktemp("encoder")
    folder = made[1]
    (weights,) = (file for file in folder.card("tiny").files if file.name.endswith(".safetensors"))
    content = folder.path(weights).read_bytes()
    data = catalogue(root)
    (root / weights.sha256).write_bytes(content)
    params = {"size": 16, "width": 8, "latent": 8, "encoder": 8}
    parent = {"digest": weights.sha256, "media_type": "application/octet-stream", "size": len(content)}
    return train_and_shelve(order_for(data, "gan.encoder", params=params, parent=parent, steps=60), root)
