"""Varying a picture as packshot.contracts.augmentation describes, and all that is known of it alike.

Steps that move pixels are put together and carried out in one go, so that nothing is blurred by resampling it twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot.contracts import augmentation as steps
from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin.frame import Plane

Box = tuple[float, float, float, float]
Matrix = npt.NDArray[np.float64]
Random = np.random.Generator

NORMALS = "normals"
"""The plane whose values are directions: they turn with the picture. 8 bits, 127.5 is 0; x right, y down."""
_LEAST_LEFT = 0.1
"""A box of which less is left in the picture is dropped."""


@dataclass(frozen=True)
class Sample:
    """A picture with what is known of it."""

    rgb: Plane
    """H×W×3 uint8, sRGB."""
    planes: dict[str, Plane] = field(default_factory=dict)
    """H×W or H×W×3, uint8 or uint16, such as `alpha`, `depth`, `normals` and masks."""
    boxes: dict[str, Box] = field(default_factory=dict)
    """x, y, width, height in pixels."""


@dataclass(frozen=True)
class Movement:
    """Where pixels go: a matrix from old to new positions, and the new size."""

    matrix: Matrix
    width: int
    height: int

    def then(self, matrix: Matrix, width: int, height: int) -> Movement:
        """This, and then another."""
        return Movement(matrix @ self.matrix, width, height)


def augment(sample: Sample, pipeline: steps.Augmentation, name: str, copy: int) -> Sample:
    """Copy number `copy` of `sample`. Equal pipelines, names and copies give equal pictures, in whatever order they are made."""
    seed = hashlib.sha256(f"{pipeline.seed}\0{name}\0{copy}".encode()).digest()
    random = np.random.default_rng(int.from_bytes(seed[:16]))
    height, width = sample.rgb.shape[:2]
    movement = Movement(np.eye(3), width, height)
    for step in pipeline.steps:
        # Drawn whether or not the step happens, so that another chance changes this step alone.
        happens, own = random.random() < step.chance, np.random.default_rng(random.integers(2**63))
        if not happens:
            continue
        if type(step) in _MOVING:
            movement = _MOVING[type(step)](step, own, movement)
            continue
        sample, movement = _moved(sample, movement), _still(movement)
        sample = replace(sample, rgb=_CHANGING[type(step)](step, own, sample.rgb))
    return _moved(sample, movement)


def _still(movement: Movement) -> Movement:
    return Movement(np.eye(3), movement.width, movement.height)


def _flip(step: steps.Flip, _: Random, old: Movement) -> Movement:
    if step.upright:
        return old.then(np.array([[-1, 0, old.width], [0, 1, 0], [0, 0, 1.0]]), old.width, old.height)
    return old.then(np.array([[1, 0, 0], [0, -1, old.height], [0, 0, 1.0]]), old.width, old.height)


def _rotate(step: steps.Rotate, random: Random, old: Movement) -> Movement:
    angle = np.deg2rad(random.uniform(-step.degrees, step.degrees))
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = old.width / 2, old.height / 2
    return old.then(
        np.array([[cos, -sin, x - cos * x + sin * y], [sin, cos, y - sin * x - cos * y], [0, 0, 1.0]]), old.width, old.height
    )


def _crop(step: steps.Crop, random: Random, old: Movement) -> Movement:
    part = random.uniform(step.least, 1)
    width, height = max(1, round(old.width * part)), max(1, round(old.height * part))
    left, top = int(random.integers(old.width - width + 1)), int(random.integers(old.height - height + 1))
    return old.then(np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]]), width, height)


def _scale(step: steps.Scale, random: Random, old: Movement) -> Movement:
    # Evenly in the logarithm: half and double the size are as likely.
    factor = float(np.exp(random.uniform(np.log(step.least), np.log(step.most))))
    width, height = max(1, round(old.width * factor)), max(1, round(old.height * factor))
    return old.then(np.diag([width / old.width, height / old.height, 1.0]), width, height)


def _moved(sample: Sample, movement: Movement) -> Sample:
    height, width = sample.rgb.shape[:2]
    if np.array_equal(movement.matrix, np.eye(3)) and (movement.width, movement.height) == (width, height):
        return sample
    planes = {name: _warped(plane, movement) for name, plane in sample.planes.items()}
    if NORMALS in planes:
        planes[NORMALS] = _turned(planes[NORMALS], movement.matrix)
    boxes = {name: moved for name, box in sample.boxes.items() if (moved := _moved_box(box, movement)) is not None}
    return Sample(_warped(sample.rgb, movement), planes, boxes)


def _warped(plane: Plane, movement: Movement) -> Plane:
    """Positions are those of pixels' corners, so that the middle of the first pixel is at ½."""
    to_middle, to_corner = np.eye(3), np.eye(3)
    to_corner[:2, 2], to_middle[:2, 2] = 0.5, -0.5
    matrix = (to_middle @ movement.matrix @ to_corner)[:2]
    scale = float(np.sqrt(abs(np.linalg.det(movement.matrix[:2, :2]))))
    if scale < 1:
        # What is finer than the new pixels must go before they are picked, or it becomes a pattern.
        plane = cv2.GaussianBlur(plane, (0, 0), 0.5 * np.sqrt(1 / scale**2 - 1) + 1e-3, borderType=cv2.BORDER_REPLICATE)
    size = (movement.width, movement.height)
    return np.asarray(cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _turned(normals: Plane, matrix: Matrix) -> Plane:
    """Directions, turned as the picture was."""
    turn = matrix[:2, :2] / np.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    vectors = normals.astype(np.float32) - np.float32(127.5)
    vectors[..., :2] = vectors[..., :2] @ turn.T.astype(np.float32)
    return _bytes(vectors + np.float32(127.5))


def _moved_box(box: Box, movement: Movement) -> Box | None:
    """The upright box around the moved one, within the picture; None if too little of it is left."""
    x, y, width, height = box
    corners = np.array([[x, y, 1], [x + width, y, 1], [x, y + height, 1], [x + width, y + height, 1]]) @ movement.matrix.T
    whole = [*corners[:, :2].min(axis=0), *corners[:, :2].max(axis=0)]
    left, top = max(0.0, whole[0]), max(0.0, whole[1])
    right, bottom = min(float(movement.width), whole[2]), min(float(movement.height), whole[3])
    area = (whole[2] - whole[0]) * (whole[3] - whole[1])
    if right <= left or bottom <= top or (right - left) * (bottom - top) < _LEAST_LEFT * area:
        return None
    return (float(left), float(top), float(right - left), float(bottom - top))


def _white_balance(step: steps.WhiteBalance, random: Random, rgb: Plane) -> Plane:
    factors = random.uniform(1 - step.strength, 1 + step.strength, 3).astype(np.float32)
    linear = srgb_to_linear(np.arange(256, dtype=np.float32) / 255)
    tables = [linear_to_srgb(np.clip(linear * factor, 0, 1)) for factor in factors]
    return np.stack([_bytes(255 * tables[channel])[rgb[..., channel]] for channel in range(3)], axis=-1)


def _colour(step: steps.Colour, random: Random, rgb: Plane) -> Plane:
    brightness, contrast, saturation = (
        random.uniform(1 - most, 1 + most) for most in (step.brightness, step.contrast, step.saturation)
    )
    picture = rgb.astype(np.float32) * brightness
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None]
    picture = grey + (picture - grey) * saturation
    middle = float(grey.mean())
    return _bytes(middle + (picture - middle) * contrast)


def _blur(step: steps.Blur, random: Random, rgb: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), max(1e-3, random.uniform(0, step.sigma)), borderType=cv2.BORDER_REPLICATE))


def _noise(step: steps.Noise, random: Random, rgb: Plane) -> Plane:
    sigma = random.uniform(0, step.sigma)
    return _bytes(rgb + random.standard_normal(rgb.shape, np.float32) * np.float32(sigma))


def _jpeg(step: steps.Jpeg, random: Random, rgb: Plane) -> Plane:
    quality = int(random.integers(step.worst, step.best + 1))
    written = cv2.imencode(".jpg", np.ascontiguousarray(rgb[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR_RGB))


def _bytes(values: npt.NDArray[Any]) -> Plane:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


_MOVING: dict[type, Callable[[Any, Random, Movement], Movement]] = {
    steps.Flip: _flip,
    steps.Rotate: _rotate,
    steps.Crop: _crop,
    steps.Scale: _scale,
}
_CHANGING: dict[type, Callable[[Any, Random, Plane], Plane]] = {
    steps.WhiteBalance: _white_balance,
    steps.Colour: _colour,
    steps.Blur: _blur,
    steps.Noise: _noise,
    steps.Jpeg: _jpeg,
}
