import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Manifest, Split
from packshot.training.reader import FolderReader


@pytest.fixture(autouse=True)
def plugins(tmp_path, monkeypatch):
    """A plugins folder with the trainers of these tests."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    for name in ("brightener", "duel"):
        shutil.copy(Path(__file__).with_name(f"{name}.py"), folder)
    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PACKSHOT_PLUGINS_DIR", str(folder))
    monkeypatch.setenv("PACKSHOT_PLUGINS", "brightener,duel")
    return folder


class Folder:
    """Blobs and manifests in a plain folder."""

    def __init__(self, root):
        self.root = root
        root.mkdir()
        self.reader = FolderReader(root)

    def put(self, content, media_type="image/png"):
        digest = hashlib.sha256(content).hexdigest()
        (self.root / digest).write_bytes(content)
        return ArtifactRef(digest=digest, media_type=media_type, size=len(content))

    def picture(self, seed, side=32):
        small = np.random.default_rng(seed).integers(0, 160, (4, 4, 3)).astype(np.uint8)
        return cv2.imencode(".png", cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC))[1].tobytes()

    def manifest(self, train=8, validation=3, test=3, **fields):
        sides = [Split.TRAIN] * train + [Split.VALIDATION] * validation + [Split.TEST] * test
        items = tuple(
            Item(picture=self.put(self.picture(number)), width=32, height=32, product=f"p{number}", split=side, **fields)
            for number, side in enumerate(sides)
        )
        manifest = Manifest(name="tests", created=datetime.now(UTC), items=items)
        return self.put(manifest.model_dump_json().encode(), "application/json").digest


@pytest.fixture
def blobs(tmp_path):
    return Folder(tmp_path / "blobs")
