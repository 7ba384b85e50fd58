"""Trainings over HTTP: ordered with the trainer's own settings, followed, cancelled; what is silent is sent again."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC, datetime

import pytest

from packshot.bus.topology import TRAINING_QUEUE
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Manifest
from packshot.contracts.messages import (
    Failure,
    TrainingCancelled,
    TrainingFailed,
    TrainingFinished,
    TrainingProgressed,
    TrainingRun,
    WorkerAnnounced,
)
from packshot.contracts.plugin import PluginCondition, PluginState
from packshot.contracts.training import Figure, Progress, Trained, TrainerSpec
from packshot.datasets.register import save_manifest

from .conftest import Ground
from .story import eventually, said

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"width": {"type": "integer", "default": 16}, "sigma": {"type": "number", "default": 25.0}},
}
TRAINER = TrainerSpec(
    name="denoise.cnn",
    title="Denoiser",
    params_schema=SCHEMA,
    aim="psnr",
    better="max",
    defaults={"batch": 8, "optimiser": {"lr": 0.0002}, "params": {"width": 24}},
)
BLOB = ArtifactRef(digest="ab" * 32, media_type="application/octet-stream", size=3)
TRAINED = Trained(
    weights="ab" * 32,
    bytes=3,
    figures={"psnr": Figure(mean=30, low=29, high=31, pictures=4)},
    step=90,
    steps=100,
    seconds=3,
    device="a CPU",
)


@pytest.fixture
async def trainable(ground: Ground) -> Ground:
    await ground.tell(said(WorkerAnnounced(worker="t1", service="train", trainers=(TRAINER,))))
    await save_manifest(ground.gateway.system.store, Manifest(name="mugs", created=datetime(2026, 1, 1, tzinfo=UTC)))
    ground.runs = []

    async def take(delivery):
        ground.runs.append(delivery.envelope.body(TrainingRun))

    await ground.bus.declare(TRAINING_QUEUE)
    ground.consumer = await ground.bus.consume(TRAINING_QUEUE, take)
    return ground


async def ordered(ground: Ground, **more) -> dict:
    answer = await ground.http.post("/v1/trainings", json={"trainer": "denoise", "data": "mugs", **more})
    assert answer.status_code == 202, answer.text
    await eventually(lambda: ground.runs)
    return answer.json()


def progressed(id: str, leg: int = 1, step: int = 10, **more) -> TrainingProgressed:
    return TrainingProgressed(
        training=id, leg=leg, progress=Progress(step=step, steps=100, done=step / 100, losses={"loss": 1 / step}), **more
    )


async def view(ground: Ground, id: str) -> dict:
    return (await ground.http.get(f"/v1/trainings/{id}")).json()


async def test_what_can_be_trained_comes_from_announcements(trainable: Ground) -> None:
    (trainer,) = (await trainable.http.get("/v1/trainers")).json()
    assert trainer["name"] == "denoise.cnn"
    assert trainer["params_schema"] == SCHEMA
    assert trainer["services"] == 1


async def test_who_asks_while_the_system_starts_hears_of_all_that_start_with_it(ground: Ground) -> None:
    asked = asyncio.create_task(ground.http.get("/v1/trainers"))
    await asyncio.sleep(0)
    await ground.tell(said(WorkerAnnounced(worker="e1", service="edit")))
    await ground.tell(said(WorkerAnnounced(worker="t1", service="train", trainers=(TRAINER,))))
    assert [trainer["name"] for trainer in (await asked).json()] == ["denoise.cnn"]


async def test_an_order_is_made_complete_and_sent(trainable: Ground) -> None:
    given = {"steps": 100, "optimiser": {"kind": "sgd"}, "params": {"sigma": 10.0}}
    told = await ordered(trainable, register_as="1.0.0", order=given)
    (run,) = trainable.runs
    assert run.registers
    assert (run.order.batch, run.order.optimiser.kind, run.order.optimiser.lr) == (8, "sgd", 0.0002)
    assert run.order.params == {"width": 24, "sigma": 10.0}
    assert len(run.order.data) == 64
    assert told["model"] == "denoise.cnn@1.0.0"
    assert told["state"] == "accepted"
    assert [one["id"] for one in (await trainable.http.get("/v1/trainings")).json()] == [told["id"]]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"trainer": "upscale"}, "no trainer 'upscale'. Known: denoise.cnn"),
        ({"data": "cups"}, "no data set 'cups'"),
        ({"data": ""}, "name a data set, or synthetic pictures"),
        ({"order": {"steps": 0}}, "steps: Input should be greater"),
        ({"order": {"params": {"widht": 3}}}, "Did you mean width"),
        ({"parent": "denoise.cnn"}, "no model 'denoise.cnn' in the register"),
    ],
)
async def test_what_cannot_be_trained_is_refused_with_what_to_do(trainable: Ground, asked: dict, message: str) -> None:
    answer = await trainable.http.post("/v1/trainings", json={"trainer": "denoise", "data": "mugs", **asked})
    assert answer.status_code == 422
    assert message in answer.json()["detail"]


async def test_without_torch_it_says_what_to_install(ground: Ground) -> None:
    why = PluginState(name="torch", source="torch", condition=PluginCondition.REFUSED, reason="pip install 'packshot[train]'")
    await ground.tell(said(WorkerAnnounced(worker="t1", service="train", plugins=(why,))))
    ground.gateway.catalogue._started = 0.0
    answer = await ground.http.post("/v1/trainings", json={"trainer": "denoise"})
    assert "pip install 'packshot[train]'" in ground.problem(answer, 422, "unknown_name")


async def test_it_is_followed_to_its_end_from_the_beginning(trainable: Ground) -> None:
    training = (await ordered(trainable))["id"]
    first = said(progressed(training))
    await trainable.tell(first, said(progressed(training, step=50, checkpoint=BLOB)), first)
    seen = await view(trainable, training)
    assert (seen["state"], seen["progress"]["step"], seen["legs"]) == ("running", 50, 1)
    await trainable.tell(said(TrainingFinished(training=training, trained=TRAINED, weights=BLOB, model="denoise.cnn@1.0.0")))
    seen = await view(trainable, training)
    assert (seen["state"], seen["registered"]) == ("finished", "denoise.cnn@1.0.0")
    assert seen["trained"]["figures"]["psnr"]["mean"] == 30
    text = (await trainable.http.get(f"/v1/trainings/{training}/events")).text
    told = [json.loads(line[5:]) for line in text.splitlines() if line.startswith("data:")]
    assert [(one["type"], one["state"]) for one in told] == [
        ("training.progressed", "running"),
        ("training.progressed", "running"),
        ("training.finished", "finished"),
    ]
    assert told[0]["progress"]["losses"] == {"loss": 0.1}


async def test_an_end_stays_whatever_comes_later(trainable: Ground) -> None:
    training = (await ordered(trainable))["id"]
    await trainable.tell(said(TrainingFailed(training=training, failure=Failure(code="x", message="The loss is not a number."))))
    await trainable.tell(said(progressed(training)), said(TrainingFinished(training=training, trained=TRAINED, weights=BLOB)))
    seen = await view(trainable, training)
    assert (seen["state"], seen["failure"]["message"]) == ("failed", "The loss is not a number.")


async def test_cancelling_is_told_to_the_services_once(trainable: Ground) -> None:
    training = (await ordered(trainable))["id"]
    for _ in range(2):
        assert (await trainable.http.post(f"/v1/trainings/{training}/cancel")).json()["state"] == "cancelled"
    await eventually(lambda: trainable.said(TrainingCancelled.type))
    assert len(trainable.said(TrainingCancelled.type)) == 1
    trainable.problem(await trainable.http.post("/v1/trainings/nobody/cancel"), 404, "not_found")


async def test_who_goes_on_with_a_cancelled_training_is_told_again(trainable: Ground) -> None:
    training = (await ordered(trainable))["id"]
    await trainable.http.post(f"/v1/trainings/{training}/cancel")
    await eventually(lambda: trainable.said(TrainingCancelled.type))
    await trainable.tell(said(progressed(training)))
    await trainable.gateway.relay.send_batch()
    await eventually(lambda: len(trainable.said(TrainingCancelled.type)) == 2)
    assert (await view(trainable, training))["state"] == "cancelled"


async def test_a_silent_training_goes_on_from_its_last_checkpoint(trainable: Ground) -> None:
    training = (await ordered(trainable))["id"]
    await trainable.tell(said(progressed(training, leg=1, step=50, checkpoint=BLOB)))
    silent = trainable.gateway.silent_trainings
    await silent.look()
    assert len(trainable.runs) == 1
    await silent.look(everything=True)
    await trainable.gateway.relay.send_batch()
    await eventually(lambda: len(trainable.runs) == 2)
    again = trainable.runs[1]
    assert (again.order.id, again.leg, again.checkpoint) == (training, 2, BLOB)


async def test_a_model_from_elsewhere_is_registered_and_told_of(ground: Ground) -> None:
    weights = b"safe"
    file = {"name": "w.safetensors", "sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}
    card = {"name": "cnn", "family": "denoise.cnn", "version": "2.0.0", "licence": "MIT", "files": [file]}

    def post(content: bytes):
        return ground.http.post("/v1/models", data={"card": json.dumps(card)}, files=[("files", ("w.safetensors", content))])

    ground.problem(await post(b"other"), 422, "bad_parameters")
    told = (await post(weights)).json()
    assert (told["name"], told["version"], told["workers"]) == ("denoise.cnn", "2.0.0", 0)
    await eventually(lambda: ground.said("model.registered"))
    assert (await ground.http.get("/v1/models/denoise.cnn@2")).json()["card"]["licence"] == "MIT"
    assert [one["name"] for one in (await ground.http.get("/v1/models")).json()] == ["denoise.cnn"]
    ground.problem(await ground.http.get("/v1/models/denoise.cnn@3"), 422, "unknown_name")
