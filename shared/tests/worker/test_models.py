"""A worker takes up what is registered for its plugins' families: at its start, and while it works."""

import hashlib

import pytest
from tests.authors import drop, model_runner

from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import ModelRegistered, WorkerAnnounced
from packshot.contracts.operation import Stage
from packshot.models.register import register
from packshot.plugin.models import ModelCard


async def registered(store, folder, version):
    weights = folder / f"{version}.safetensors"
    weights.write_bytes(version.encode())
    file = {"name": "net.safetensors", "sha256": hashlib.sha256(version.encode()).hexdigest(), "bytes": len(version)}
    told = {
        "name": "says",
        "family": "tiny.says",
        "version": version,
        "licence": "MIT",
        "files": [file],
        "use": {"says": version},
    }
    return await register(store, ModelCard.model_validate(told), {"net.safetensors": weights})


@pytest.fixture
def offered(shop):
    def versions():
        said = shop.events(WorkerAnnounced)
        return {spec.version for spec in said[-1].operations if spec.name == "tiny.says"} if said else set()

    return versions


async def test_models_are_taken_up_at_the_start_and_when_they_are_registered(shop, offered, tmp_path):
    drop(tmp_path / "says", "says.py", model_runner())
    await registered(shop.system.store, tmp_path, "1.0.0")
    await shop.open(Stage.EDIT, plugins_dir=tmp_path / "says", plugins="says", host_processes=1, models_dir=tmp_path / "models")
    await shop.until(lambda: offered() == {"1.0.0"}, 60)
    version = await registered(shop.system.store, tmp_path, "2.0.0")
    said = ModelRegistered(name=version.name, release=version.version, digest=version.digest)
    await shop.system.bus.publish(Envelope.of(said, source="test"))
    await shop.until(lambda: offered() == {"1.0.0", "2.0.0"}, 60)
