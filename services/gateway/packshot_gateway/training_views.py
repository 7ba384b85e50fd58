"""From rows of trainings to what the HTTP API answers."""

from __future__ import annotations

from packshot.contracts.training import TrainingOrder
from packshot.contracts.training_http import TrainingEvent, TrainingView
from packshot_gateway.database import tables


def training_view(row: tables.Training) -> TrainingView:
    """A training."""
    order = TrainingOrder.model_validate(row.order)
    return TrainingView.model_validate(
        {
            "id": row.id,
            "trainer": order.trainer,
            "model": f"{order.trainer.partition('.')[0]}.{order.model}@{order.version}",
            "registers": row.registers,
            "state": row.state,
            "progress": row.progress,
            "legs": row.legs,
            "trained": row.trained,
            "weights": row.weights,
            "sheet": row.sheet,
            "registered": row.registered,
            "failure": row.failure,
            "worker": row.worker,
            "order": row.order,
            "created_at": row.created_at,
            "ended_at": row.ended_at,
        }
    )


def event_view(row: tables.TrainingEvent) -> TrainingEvent:
    """One thing that happened to a training."""
    return TrainingEvent.model_validate(
        {
            "type": row.type,
            "time": row.time,
            "training": row.training,
            "state": row.state,
            "progress": row.progress,
            "picture": row.picture,
            "message": row.message,
        }
    )
