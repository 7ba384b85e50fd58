"""The card of what a training made."""

from __future__ import annotations

from packshot.contracts.model import Json
from packshot.contracts.training import Figures, Trained, TrainingOrder
from packshot.plugin.models.card import Made, ModelCard, ModelFile

WEIGHTS_NAME, GRAPH_NAME = "weights.safetensors", "graph.onnx"


def card_of(order: TrainingOrder, trained: Trained) -> ModelCard:
    """The model's card: with the weights beside it, it becomes the operation `<kind of the trainer>.<name of the model>`."""
    made = Made(
        order=order.model_dump(mode="json"),
        data=order.data,
        parent=order.parent.digest if order.parent else None,
        step=trained.step,
        device=trained.device,
        figures=_plain(trained.figures),
        baselines={name: _plain(figures) for name, figures in trained.baselines.items()},
    )
    return ModelCard(
        name=order.model,
        family=order.trainer,
        version=order.version,
        title=order.title,
        licence=order.licence,
        source="trained by packshot",
        files=_files(trained),
        use=trained.use,
        made=made,
    )


def _files(trained: Trained) -> tuple[ModelFile, ...]:
    weights = ModelFile(name=WEIGHTS_NAME, sha256=trained.weights, bytes=trained.bytes)
    if trained.graph is None:
        return (weights,)
    return (weights, ModelFile(name=GRAPH_NAME, sha256=trained.graph, bytes=trained.graph_bytes))


def _plain(figures: Figures) -> Json:
    return {name: figure.model_dump(mode="json") for name, figure in figures.items()}
