"""Tiles of a contact sheet."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.decode import decode
from packshot.plugin.frame import Frame

Picture = npt.NDArray[np.uint8]

SIDE = 300
"""Pixels, width and height of a tile."""
_LINES, _LETTERS = 14, 42


def tile(frame: Frame, finding: Any) -> Picture:
    """What a frame looks like: its finished file, or its colours over a check pattern, or its findings where it has none."""
    if frame.file is not None:
        return _fitted(decode(frame.file.content))
    if "rgb" not in frame.planes:
        return told(finding)
    picture = _fitted(frame)
    if "depth" in frame.planes:
        nearness = frame.planes["depth"]
        depth = np.rint(255 * (nearness - nearness.min()) / max(float(np.ptp(nearness)), 1e-9)).astype(np.uint8)
        inset = cv2.resize(cv2.applyColorMap(depth, cv2.COLORMAP_VIRIDIS)[..., ::-1], (SIDE // 3, SIDE // 3))
        picture[-SIDE // 3 :, -SIDE // 3 :] = inset
    return picture


def same_pixels(one: Frame, other: Frame) -> bool:
    """Whether nothing was done to the picture, but perhaps something found out."""
    return one.planes.keys() == other.planes.keys() and all(
        np.array_equal(one.planes[name], other.planes[name]) for name in one.planes
    )


def told(finding: Any) -> Picture:
    """What was found out, without the small print: texts that explain are long."""
    return caption("", json.dumps(finding).replace('"', "").lstrip("{").rstrip("}"))


def caption(title: str, text: str) -> Picture:
    """Words on grey."""
    canvas = np.full((SIDE, SIDE, 3), 60, np.uint8)
    lines = [title, *textwrap.wrap(text, _LETTERS)[:_LINES]]
    for number, line in enumerate(lines):
        scale = 0.62 if number == 0 else 0.38
        cv2.putText(canvas, line, (8, 26 + 19 * number), cv2.FONT_HERSHEY_SIMPLEX, scale, (240, 240, 240), 1, cv2.LINE_AA)
    return canvas


def sheet(rows: list[list[Picture]]) -> Picture:
    """Rows of tiles, short ones filled up."""
    most = max(map(len, rows))
    empty = np.full((SIDE, SIDE, 3), 60, np.uint8)
    return np.vstack([np.hstack([*row, *[empty] * (most - len(row))]) for row in rows])


def _fitted(frame: Frame) -> Picture:
    rgb, alpha = _bytes(frame.rgb), frame.alpha
    scale = SIDE / max(frame.height, frame.width)
    size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    canvas = _checks()
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    place = np.s_[top : top + size[1], left : left + size[0]]
    share = (
        np.float32(1)
        if alpha is None
        else cv2.resize(_bytes(alpha), size, interpolation=cv2.INTER_AREA)[..., None] / np.float32(255)
    )
    canvas[place] = small * share + canvas[place] * (1 - share)
    return np.rint(canvas).astype(np.uint8)


def _bytes(plane: npt.NDArray[Any]) -> Picture:
    if plane.dtype == np.uint8:
        return plane
    full = 65535 if plane.dtype == np.uint16 else 1
    return np.rint(np.clip(plane.astype(np.float32) / full, 0, 1) * 255).astype(np.uint8)


def _checks() -> npt.NDArray[np.float32]:
    y, x = np.mgrid[:SIDE, :SIDE] // 12
    return np.repeat(np.where((x + y) % 2, 150, 190)[..., None], 3, axis=2).astype(np.float32)
