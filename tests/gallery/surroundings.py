"""Further inputs for any operation, by the names that operations give them."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from packshot.contracts.operation import OperationSpec
from packshot.plugin.frame import Frame
from packshot.plugin.local import apply_frame


def further_inputs(spec: OperationSpec, frame: Frame) -> dict[str, Frame]:
    """A picture for each input of `spec` that there is one for; several where it takes several."""
    given: dict[str, Frame] = {}
    for name in spec.inputs:
        make = _MADE.get(name)
        if make is None or not frame.planes:
            continue
        if name in spec.several:
            given |= {f"{name}.{number}": make(frame, number) for number in (1, 2)}
        else:
            given[name] = make(frame, 1)
    return given


def _mask(frame: Frame, _: int) -> Frame:
    """A scratch and a sticker, or the whole product where it is cut out."""
    if frame.alpha is not None:
        return Frame.of(np.dstack((frame.alpha,) * 3))
    mask = np.zeros((frame.height, frame.width, 3), np.uint8)
    cv2.ellipse(mask, (frame.width // 2, frame.height // 2), (frame.width // 14, frame.height // 18), 20, 0, 360, (255,) * 3, -1)
    cv2.line(mask, (frame.width // 4, frame.height // 3), (3 * frame.width // 4, 2 * frame.height // 5), (255,) * 3, 4)
    return Frame.of(mask)


def _ground(frame: Frame, _: int) -> Frame:
    return apply_frame("compose.ground", width=frame.width, height=frame.height, seed=3)


def _texture(frame: Frame, _: int) -> Frame:
    return apply_frame("compose.ground", width=frame.width, height=frame.height, shape="wood", seed=3)


def _exposed(frame: Frame, number: int) -> Frame:
    factor = (0.5, 1.9)[number - 1]
    return frame.with_rgb(np.clip(frame.rgb.astype(np.float32) * factor, 0, 255).astype(np.uint8))


def _beside(frame: Frame, number: int) -> Frame:
    """The same product mirrored: another item on a board."""
    flipped = {name: np.ascontiguousarray(plane[:, ::-1]) for name, plane in frame.planes.items()}
    return Frame(flipped) if number == 1 else frame


def _moved(frame: Frame, _: int) -> Frame:
    """The second picture of a pair: seen from a little further right."""
    return Frame.of(np.roll(frame.rgb, -12, axis=1))


def _depth(frame: Frame, _: int) -> Frame:
    ramp = np.linspace(0, 255, frame.height, dtype=np.float32)[:, None]
    return Frame.of(np.repeat(np.broadcast_to(ramp, (frame.height, frame.width))[..., None], 3, axis=2).astype(np.uint8))


def _golden(frame: Frame, _: int) -> Frame:
    """The same picture without a defect: here with one corner repainted, so that a difference shows."""
    rgb = frame.rgb.copy()
    cv2.circle(rgb, (frame.width // 2, frame.height // 2), frame.height // 24, (200, 40, 40), -1)
    return frame.with_rgb(rgb)


_MADE: dict[str, Callable[[Frame, int], Frame]] = {
    "mask": _mask,
    "ground": _ground,
    "texture": _texture,
    "photos": _exposed,
    "items": _beside,
    "next": _moved,
    "right": _moved,
    "depth": _depth,
    "ground_depth": _depth,
    "golden": _golden,
    "reference": _golden,
    "original": _golden,
}
