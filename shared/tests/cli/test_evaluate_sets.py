"""`packshot evaluate --features`: a folder, a data set and a generator beside each other, with floor and baselines."""

import asyncio
import json
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from packshot.cli.main import main
from packshot.contracts.dataset import Item, Manifest, Split
from packshot.datasets.register import save_manifest
from packshot.features import FeatureNetwork
from packshot.plugin.local import forget_plugins
from packshot.store.filesystem import FilesystemStore

GENERATOR = '''
import numpy as np
from pydantic import BaseModel
from packshot.plugin import Frame, Operation, hookimpl

class Params(BaseModel):
    level: int = 0

class Grey(Operation[Params]):
    """Make grey pictures."""
    name, version, stage, Params, source = "tiny.grey", "1.0.0", "generate", Params, False
    def run(self, frame, params, run):
        return Frame.of(run.random.integers(params.level, params.level + 60, (8, 8, 3)).astype(np.uint8))

@hookimpl
def packshot_operations():
    return [Grey]
'''


def grey(seed, level=90):
    return np.random.default_rng(seed).integers(level, level + 60, (8, 8, 3)).astype(np.uint8)


def means(pictures):
    """Six numbers of a picture: its means by colour, and its corner."""
    flat = pictures.astype(np.float32).reshape(len(pictures), 3, -1)
    return np.concatenate([flat.mean(axis=2), flat[:, :, 0] / 8], axis=1), None


async def save(home):
    store = FilesystemStore(home / "store")
    await store.open()
    items = []
    for number in range(60):
        picture = await store.put(cv2.imencode(".png", grey(number))[1].tobytes(), "image/png")
        side = Split.TRAIN if number < 30 else Split.TEST
        items.append(Item(picture=picture, width=8, height=8, product=str(number), split=side, category=f"c{number % 2}"))
    await save_manifest(store, Manifest(name="greys", created=datetime.now(UTC), items=tuple(items)))


@pytest.fixture
def evaluate(tmp_path, monkeypatch):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "tiny.py").write_text(GENERATOR)
    for name, value in {"HOME": tmp_path / "home", "PLUGINS_DIR": tmp_path / "plugins", "PLUGINS": "tiny"}.items():
        monkeypatch.setenv(f"PACKSHOT_{name}", str(value))
    network = FeatureNetwork("means", "0" * 64, 8, 3, {}, {}, means)
    monkeypatch.setattr("packshot.cli.evaluating_sets.find_network", lambda name, device: network)
    asyncio.run(save(tmp_path / "home"))
    forget_plugins()

    def run(*arguments, status=0):
        given = ["evaluate", *map(str, arguments), "--data", "greys", "--features", "means"]
        result = CliRunner().invoke(main, given)
        assert result.exit_code == status, result.output
        return result.stdout if "--json" in arguments else result.output

    yield run
    forget_plugins()


def test_sets_are_beside_each_other(evaluate, tmp_path):
    dark = tmp_path / "dark"
    dark.mkdir()
    for number in range(30):
        cv2.imwrite(str(dark / f"{number}.png"), grey(number, 0))
    report = json.loads(evaluate(dark, "greys", "tiny.grey", "-p", "tiny.grey:level=90", "-o", tmp_path / "out", "--json"))
    found = {each["name"]: each["figures"] for each in report["sets"]}
    assert list(found)[:4] == [str(dark), "greys", "tiny.grey", "training pictures"]
    assert len(found) == 7
    made = found["tiny.grey"]
    assert found[str(dark)]["fd.means"]["mean"] > 20 * made["fd.means"]["mean"]
    assert found["training pictures"]["fd.means"]["low"] < made["fd.means"]["high"]
    assert found["greys"]["novelty"]["mean"] < made["novelty"]["mean"]
    assert "cas.means" in found["greys"]
    assert "cas.means" not in made
    assert (report["train"], report["test"], report["features"]) == (30, 30, "means")
    assert "fd.means ↓" in (tmp_path / "out" / "report.md").read_text()


def test_what_cannot_be_compared_is_said(evaluate, tmp_path):
    assert "20 training and 20 test pictures" in evaluate("greys", "--limit", "5", "--no-baselines", status=2)
    (tmp_path / "empty").mkdir()
    assert "no picture in" in evaluate(tmp_path / "empty", "--no-baselines", status=2)
    assert "tiny.gray" in evaluate("tiny.gray", "--no-baselines", status=2)
