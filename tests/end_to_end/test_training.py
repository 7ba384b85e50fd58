"""From a data set to a model that running workers use, by commands; nothing is restarted on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from packshot.contracts.dataset import Item, Manifest, Split
from packshot.datasets.register import save_manifest
from packshot.store.filesystem import FilesystemStore
from tests.shop import Shop
from tests.system import EmbeddedSystem

pytestmark = [pytest.mark.torch, pytest.mark.timeout(600)]

PLUGINS = Path(__file__).parents[1] / "trained"


async def save_pictures(home: Path) -> None:
    """A data set of sixteen small pictures."""
    store = FilesystemStore(home / "store")
    await store.open()
    items = []
    for number in range(16):
        rgb = np.random.default_rng(number).integers(0, 160, (24, 24, 3), np.uint8)
        ref = await store.put(cv2.imencode(".png", rgb)[1].tobytes(), "image/png")
        split = (Split.TRAIN, Split.TRAIN, Split.VALIDATION, Split.TEST)[number % 4]
        items.append(Item(picture=ref, width=24, height=24, product=f"p{number}", split=split))
    await save_manifest(store, Manifest(name="mugs", created=datetime.now(UTC), items=tuple(items)))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("training")
    home = folder / "home"
    asyncio.run(save_pictures(home))
    settings = {
        "PACKSHOT_HOME": str(home),
        "PACKSHOT_PLUGINS_DIR": str(PLUGINS),
        "PACKSHOT_PLUGINS": "tiny,layout",
        "PACKSHOT_HOST_PROCESSES": "1",
        "PACKSHOT_DEVICE": "cpu",
    }
    with EmbeddedSystem(folder, settings) as system:
        yield Shop(system, settings)


def trained(shop: Shop, *arguments: object) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(shop("train", "tiny", "--data", "mugs", "--steps", 250, "--json", *arguments))
    return told


def test_a_model_goes_from_a_data_set_to_the_workers_that_run(shop: Shop, tmp_path: Path) -> None:
    pid = shop.system.pid
    assert shop.live("tiny.brighter") == set()
    first = trained(shop, "--register", "1.0.0", "-s", "optimiser.lr=0.05")
    assert first["state"] == "finished"
    assert first["registered"] == "tiny.brighter@1.0.0"
    assert first["trained"]["figures"]["psnr"]["low"] > 15
    shop.wait_live("tiny.brighter", {"1.0.0"})

    second = trained(shop, "--register", "2.0.0", "-s", "optimiser.lr=0.05", "-p", "gain=-0.1")
    shop.wait_live("tiny.brighter", {"1.0.0", "2.0.0"})
    assert "tiny.brighter@1.0.0" in shop("models", "list", "--registered")
    described = json.loads(shop("models", "describe", "tiny.brighter@2", "--json"))
    assert described["card"]["made"]["figures"]["psnr"] == second["trained"]["figures"]["psnr"]

    photo = tmp_path / "photo.png"
    Image.new("RGB", (40, 30), (100, 100, 100)).save(photo)
    made = {}
    for major in (1, 2):
        recipe = tmp_path / f"v{major}.yaml"
        recipe.write_text(f"name: v{major}\nsteps:\n  - operation: tiny.brighter@{major}\noutput: made\n")
        shop("run", photo, "--recipe", recipe, "-o", tmp_path / f"out{major}")
        (result,) = (tmp_path / f"out{major}").glob("*.png")
        made[major] = float(np.asarray(Image.open(result)).mean())
    # 0.25 brighter, and 0.1 darker, of 255.
    assert 140 < made[1] < 185
    assert 60 < made[2] < 90

    report = tmp_path / "report"
    shop("evaluate", "tiny.brighter@1", "tiny.brighter@2", "--data", "mugs", "--degrade", "noise:5", "-o", report)
    one, two = json.loads((report / "report.json").read_text())["targets"]
    assert (one["version"], two["version"]) == ("1.0.0", "2.0.0")
    assert two["against_the_first"]["psnr"]["low"] > 0

    assert "@2 gets 0.5 of the work" in shop("plugin", "canary", "tiny.brighter@2", "--share", "0.5")
    shop("plugin", "compare", "tiny.brighter@1", "tiny.brighter@2", photo, "-o", tmp_path / "compared")
    shop("plugin", "promote", "tiny.brighter@1")
    assert shop.system.pid == pid
    assert shop.system.processes["up"].poll() is None


def test_a_training_is_listed_shown_and_cancelled(shop: Shop) -> None:
    told = shop("train", "tiny", "--data", "mugs", "--steps", 1_000_000, "--detach")
    training = told.partition(":")[0]
    assert training in shop("train", "list")
    assert "cancelled" in shop("train", "cancel", training)
    assert "cancelled" in shop("train", "show", training)


def test_what_cannot_be_trained_is_wrong_usage(shop: Shop) -> None:
    shop("train", "tiny", "--data", "cups", status=2)


def test_trainers_say_what_they_take(shop: Shop) -> None:
    assert "gain" in shop("train", "trainers", "tiny.brighter")
