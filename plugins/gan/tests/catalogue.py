"""A tiny catalogue: bright rounds and dark bars, of any place and size."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import cv2
import numpy as np

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Manifest, Split

SIDE = 16


def drawn(kind: str, seed: int) -> np.ndarray:
    """SIDE×SIDE×3 uint8."""
    rng = np.random.default_rng(seed)
    picture = np.full((SIDE, SIDE, 3), 128, np.uint8)
    across, down = (int(each) for each in rng.integers(6, 10, 2))
    if kind == "round":
        cv2.circle(picture, (across, down), int(rng.integers(3, 6)), (250, 240, 230), -1)
    else:
        cv2.rectangle(picture, (across - 1, down - 5), (across + 1, down + 5), (20, 10, 5), -1)
    return picture


def put(folder, content, media_type):
    """A blob in a folder, by its digest."""
    digest = hashlib.sha256(content).hexdigest()
    (folder / digest).write_bytes(content)
    return ArtifactRef(digest=digest, media_type=media_type, size=len(content))


def catalogue(folder) -> str:
    """The manifest's digest: 40 pictures to learn from, 10 to judge by, 20 to test."""
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for number in range(70):
        kind = ("round", "bar")[number % 2]
        content = cv2.imencode(".png", drawn(kind, number)[..., ::-1])[1].tobytes()
        split = Split.TRAIN if number < 40 else Split.VALIDATION if number < 50 else Split.TEST
        ref = put(folder, content, "image/png")
        items.append(Item(picture=ref, width=SIDE, height=SIDE, product=f"p{number}", split=split, category=kind))
    manifest = Manifest(name="tiny", created=datetime(2026, 1, 1, tzinfo=UTC), items=tuple(items))
    return put(folder, manifest.model_dump_json().encode(), "application/json").digest
