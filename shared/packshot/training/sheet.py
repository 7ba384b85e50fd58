"""Pictures of what a training makes, for people to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Frame, Plane
from packshot.training.picture import Picture

TILE = 192
_GAP = 4
_CHECK = 12


def sheet(rows: Sequence[Sequence[Plane]]) -> Plane:
    """H×W×3 uint8: a grid of tiles (each H×W×3 uint8), each fitted into 192 × 192 pixels."""
    columns = max(len(row) for row in rows)
    pitch = TILE + _GAP
    made = np.full((len(rows) * pitch + _GAP, columns * pitch + _GAP, 3), 40, np.uint8)
    for down, row in enumerate(rows):
        for across, tile in enumerate(row):
            fitted = _fitted(tile)
            height, width = fitted.shape[:2]
            top = _GAP + down * pitch + (TILE - height) // 2
            left = _GAP + across * pitch + (TILE - width) // 2
            made[top : top + height, left : left + width] = fitted
    return made


def tiles_of(given: Frame, answer: Frame, picture: Picture) -> list[Plane]:
    """What the network was given, what it made of it, and the truth."""
    truth = Frame.of(picture.rgb, picture.planes.get("alpha") if answer.alpha is not None else None)
    return [shown(given), shown(answer), shown(truth)]


def shown(frame: Frame) -> Plane:
    """A frame as H×W×3 uint8; what is cut out lies on a chequered ground."""
    rgb = to_bytes(frame.rgb)
    if frame.alpha is None:
        return rgb
    alpha = to_bytes(frame.alpha).astype(np.float32)[..., None] / 255
    rows, columns = np.indices(rgb.shape[:2]) // _CHECK
    ground = np.where((rows + columns) % 2, 255, 200).astype(np.float32)[..., None]
    return np.asarray(np.rint(rgb * alpha + ground * (1 - alpha)), np.uint8)


def write(path: Path, picture: Plane) -> None:
    """As PNG, whole or not at all."""
    content = cv2.imencode(".png", picture[..., ::-1])[1].tobytes()
    aside = path.with_name(f".{path.name}")
    aside.write_bytes(content)
    aside.replace(path)


def _fitted(tile: Plane) -> Plane:
    scale = TILE / max(tile.shape[:2])
    size = (max(1, round(tile.shape[1] * scale)), max(1, round(tile.shape[0] * scale)))
    return cv2.resize(tile, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
