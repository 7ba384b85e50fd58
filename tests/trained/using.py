"""Operations with models of a folder, as workers would have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from packshot.contracts.training import Trained
from packshot.plugin import Pixels
from packshot.plugin.models import Net, NetOperation
from packshot.plugin.models.folder import ModelFolder
from packshot.plugin.registry import load_registry
from packshot.settings import Settings

Kind = type[NetOperation[Any, Any]]


def offered(kind: Kind, name: str, folder: ModelFolder, monkeypatch: pytest.MonkeyPatch) -> NetOperation[Any, Any]:
    """The operation of `kind` with the model `name` of `folder`, not loaded yet."""
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(folder.root))
    (found,) = (one for one in kind.for_cards() if one.card.name == name)
    return found()


def loaded(kind: Kind, name: str, folder: ModelFolder, monkeypatch: pytest.MonkeyPatch) -> NetOperation[Any, Any]:
    """The same, loaded on the CPU."""
    operation = offered(kind, name, folder, monkeypatch)
    operation.load("cpu")
    return operation


def must_be_the_operation(name: str, made: tuple[Trained, ModelFolder], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was `made` is what its plugin offers under this name, with the model's version and its digest."""
    trained, folder = made
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(folder.root))
    monkeypatch.setenv("PACKSHOT_PLUGINS", name.partition(".")[0])
    spec = load_registry(Settings.read()).find(name).spec
    assert (spec.version, spec.device.kind, spec.device.required) == ("1.0.0", "cuda", False)
    assert spec.takes in {Pixels.FLOAT, Pixels.UINT8}
    assert trained.weights in {model.digest for model in spec.models}


def in_each_runtime(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    """The network of an operation by torch, and by ONNX Runtime."""
    for runtime, other in (("torch", "onnxruntime"), ("onnx", "torch")):
        with monkeypatch.context() as without:
            without.setattr("packshot.plugin.models.opening._has", lambda package, other=other: package != other)
            operation = kind()
            operation.load("cpu")
        assert operation.net.runtime == runtime
        yield operation.net
