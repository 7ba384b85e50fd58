"""Cutouts over other backgrounds, made so that a network cannot learn the seam.

The tricks: colours of the foreground without what was behind it, blending in linear light or encoded, the same blur and noise on
both, feathered outlines, colours that agree, shadows and reflections that are labelled background, grounds of the product's own
colour, white on white, and pictures without any product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from packshot.errors import BadParameters
from packshot.imaging.noise import noise_response
from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin.frame import Plane
from packshot.studio.backdrop import backdrop
from packshot.studio.noise import Floats
from packshot.studio.photo import compressed, eight_bit
from packshot.studio.spreading import spread

Random = np.random.Generator
Share = Annotated[float, Field(ge=0, le=1)]


class CompositeSettings(BaseModel):
    """How often what happens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most: Annotated[int, Field(ge=1, le=8)] = 3
    """Products of a picture, at most."""
    same_colour: Share = 0.15
    """Grounds of the product's own colour."""
    white: Share = 0.10
    """White on white."""
    empty: Share = 0.10
    """No product at all: alpha is 0 everywhere."""
    shadow: Share = 0.7
    reflection: Share = 0.15
    degrade: Share = 0.7
    """Blur, noise and JPEG over all of it."""


@dataclass(frozen=True, eq=False)
class Composite:
    """A picture with its truth."""

    rgb: Plane
    """H×W×3 uint8 sRGB."""
    alpha: Floats
    """H×W float32 0..1."""
    background: Plane
    """H×W×3 uint8 sRGB: the same without products, shadows, blur and noise."""
    products: int


def composite(
    seed: int,
    cutouts: Sequence[Plane],
    backgrounds: Sequence[Plane] = (),
    size: int | tuple[int, int] = 320,
    settings: CompositeSettings | None = None,
) -> Composite:
    """Some of `cutouts` (H×W×4 uint8 sRGB with alpha) over one of `backgrounds` (H×W×3 uint8 sRGB) or one made by code.

    `size` pixels square, or (height, width). Equal arguments give equal bytes. BadParameters without cutouts.
    """
    if not cutouts:
        raise BadParameters("A composite needs at least one cutout: a picture with an alpha channel.")
    asked = settings or CompositeSettings()
    random = np.random.default_rng([seed, 6])
    shape = (size, size) if isinstance(size, int) else size
    kind = _kind(random, asked)
    count = 0 if kind == "empty" else int(random.integers(1, asked.most + 1)) if random.uniform() < 0.35 else 1
    placed = [_placed(cutouts[int(random.integers(len(cutouts)))], random, shape, kind, count) for _ in range(count)]
    ground = _ground(random, shape, backgrounds, kind, placed)
    picture, alpha = ground, np.zeros(shape, np.float32)
    in_linear = bool(random.uniform() < 0.5)
    for shown in placed:
        colour, cover = _fitted(*shown, picture, random)
        picture = _shaded(picture, cover, colour, random, asked)
        picture = _blended(picture, colour, cover, in_linear)
        alpha = cover + alpha * (1 - cover)
    if random.uniform() < asked.degrade:
        picture, alpha = _degraded(picture, alpha, random)
    return Composite(eight_bit(picture), np.clip(alpha, 0, 1).astype(np.float32), eight_bit(ground), count)


def decontaminated(rgb: Plane, alpha: Plane) -> Plane:
    """H×W×3 uint8: the colours of a cutout without what was behind it when it was cut: those of its inside carried on over its
    edge. `alpha` H×W uint8."""
    cover = alpha.astype(np.float32) / np.float32(255)
    inside = np.clip((cover - np.float32(0.9)) * 10, 0, 1)
    if inside.max() < 0.5:
        inside = cover
    colours = srgb_to_linear(rgb.astype(np.float32) / np.float32(255))
    inner = spread(colours * inside[..., None], inside)
    mixed = inner + (colours - inner) * inside[..., None]
    return eight_bit(linear_to_srgb(mixed))


def _kind(random: Random, asked: CompositeSettings) -> str:
    value = float(random.uniform())
    for word, share in (("empty", asked.empty), ("white", asked.white), ("same", asked.same_colour)):
        if value < share:
            return word
        value -= share
    return "any"


def _placed(cutout: Plane, random: Random, shape: tuple[int, int], kind: str, count: int) -> tuple[Floats, Floats]:
    """A cutout mirrored, turned, scaled and moved: H×W×3 sRGB 0..1 and H×W coverage of the picture's size."""
    colour = decontaminated(cutout[..., :3], cutout[..., 3]).astype(np.float32) / np.float32(255)
    cover = cutout[..., 3].astype(np.float32) / np.float32(255)
    rows, columns = np.flatnonzero(cover.max(axis=1) > 0.02), np.flatnonzero(cover.max(axis=0) > 0.02)
    if len(rows) == 0:
        return np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32)
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    fill = random.uniform(0.35, 0.95) / (1 if count == 1 else 1.6)
    scale = fill * min(shape[0] / (bottom - top), shape[1] / (right - left))
    angle = float(random.normal(0, 0.06) if random.uniform() < 0.8 else random.uniform(-0.6, 0.6))
    flip = -1.0 if random.uniform() < 0.5 else 1.0
    spare_x, spare_y = (shape[1] - scale * (right - left)) / 2, (shape[0] - scale * (bottom - top)) / 2
    centre = (shape[1] / 2 + random.uniform(-1.1, 1.1) * spare_x, shape[0] / 2 + random.uniform(-1.1, 1.1) * spare_y)
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    matrix = np.array([[cosine * flip, -sine], [sine * flip, cosine]])
    shift = np.array(centre) - matrix @ np.array(((left + right) / 2, (top + bottom) / 2))
    warp = np.concatenate((matrix, shift[:, None]), axis=1)
    if scale < 0.8:
        # What becomes smaller is blurred first, or its edges would be too sharp for the picture.
        sigma = 0.45 / scale
        weighted = cv2.GaussianBlur(colour * cover[..., None], (0, 0), sigma)
        cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), sigma), np.float32)
        colour = np.where(cover[..., None] > 0.01, weighted / np.maximum(cover, 0.01)[..., None], colour).astype(np.float32)
    colour = np.asarray(
        cv2.warpAffine(colour, warp, shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32
    )
    cover = np.asarray(cv2.warpAffine(cover, warp, shape[::-1], flags=cv2.INTER_LINEAR), np.float32)
    if kind == "white":
        grey = colour.mean(axis=2, keepdims=True)
        colour = 1 - (1 - (grey + (colour - grey) * 0.15)) * np.float32(random.uniform(0.2, 0.5))
    else:
        colour = np.clip(colour, 0, 1) ** np.float32(np.exp(random.normal(0, 0.15))) * random.normal(1, 0.04, 3).astype(
            np.float32
        )
    return np.asarray(colour, np.float32), cover


def _ground(
    random: Random, shape: tuple[int, int], given: Sequence[Plane], kind: str, placed: list[tuple[Floats, Floats]]
) -> Floats:
    """H×W×3 sRGB 0..1."""
    if kind == "white":
        return backdrop(random, shape, tone=np.full(3, random.uniform(0.9, 0.99), np.float32))
    if kind == "same":
        colour, cover = placed[0]
        tone = (colour * cover[..., None]).sum(axis=(0, 1)) / max(float(cover.sum()), 1e-3)
        return backdrop(random, shape, tone=np.clip(tone * random.normal(1, 0.05, 3), 0, 1).astype(np.float32))
    if not given or random.uniform() < 0.25:
        return backdrop(random, shape)
    return _cropped(given[int(random.integers(len(given)))], random, shape)


def _cropped(picture: Plane, random: Random, shape: tuple[int, int]) -> Floats:
    """A part of a picture, at the picture's shape."""
    height, width = picture.shape[:2]
    share = random.uniform(0.5, 1.0) * min(height / shape[0], width / shape[1])
    rows, columns = max(1, int(shape[0] * share)), max(1, int(shape[1] * share))
    top, left = int(random.integers(height - rows + 1)), int(random.integers(width - columns + 1))
    part = picture[top : top + rows, left : left + columns]
    part = part[:, ::-1] if random.uniform() < 0.5 else part
    way = cv2.INTER_AREA if share > 1 else cv2.INTER_CUBIC
    sized = cv2.resize(np.ascontiguousarray(part), shape[::-1], interpolation=way)
    return np.asarray(sized, np.float32) / np.float32(255)


def _fitted(colour: Floats, cover: Floats, around: Floats, random: Random) -> tuple[Floats, Floats]:
    """Made to belong: its outline feathered, its colours drawn to those around, its noise raised to theirs."""
    if random.uniform() < 0.5:
        cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), float(random.uniform(0.3, 1.5))), np.float32)
    strength = np.float32(random.choice([0.0, random.uniform(0.0, 0.5)]))
    weight = cover[..., None] / np.maximum(cover.sum(), 1)
    mean = (colour * weight).sum(axis=(0, 1))
    colour = colour + (around.mean(axis=(0, 1)) - mean) * strength * np.float32(0.6)
    theirs, ours = _noise_of(around), _noise_of(np.where(cover[..., None] > 0.5, colour, mean))
    if theirs > ours:
        extra = np.float32(np.sqrt(theirs**2 - ours**2))
        colour = colour + extra * random.standard_normal(colour.shape, np.float32)
    return np.asarray(colour, np.float32), cover


def _noise_of(picture: Floats) -> float:
    return float(1.4826 * np.median(noise_response(np.ascontiguousarray(picture[..., 1]))))


def _shaded(picture: Floats, cover: Floats, colour: Floats, random: Random, asked: CompositeSettings) -> Floats:
    """The ground with the product's shadow on it, and sometimes its mirror image."""
    rows = np.flatnonzero(cover.max(axis=1) > 0.5)
    if len(rows) == 0:
        return picture
    foot, tall = int(rows[-1]), max(int(rows[-1] - rows[0]), 4)
    height, width = cover.shape
    if random.uniform() < asked.reflection:
        mirror = np.array([[1, 0, 0], [0, -1, 2.0 * foot]])
        fade = np.clip(1 - (np.arange(height, dtype=np.float32) - foot) / np.float32(0.5 * tall), 0, 1)[:, None]
        image = cv2.warpAffine(colour, mirror, (width, height))
        share = cv2.warpAffine(cover, mirror, (width, height)) * fade * np.float32(random.uniform(0.08, 0.35))
        picture = picture + (image - picture) * share[..., None]
    if random.uniform() > asked.shadow:
        return picture
    lean, lying = random.uniform(-1.0, 1.0), random.uniform(-0.15, 0.35)
    lay = np.array([[1, -lean, lean * foot], [0, lying, foot * (1 - lying)]])
    cast = cv2.GaussianBlur(cv2.warpAffine(cover, lay, (width, height)), (0, 0), tall * float(random.uniform(0.01, 0.08)) + 0.5)
    near = np.clip(1 - (foot - np.arange(height, dtype=np.float32)) / np.float32(0.3 * tall), 0, 1)[:, None]
    down = np.array([[1, 0, random.uniform(-0.03, 0.03) * tall], [0, 1, 0.02 * tall]])
    contact = cv2.GaussianBlur(cv2.warpAffine(cover * near, down, (width, height)), (0, 0), 0.02 * tall + 0.5)
    dark = 1 - (1 - np.float32(random.uniform(0.1, 0.6)) * cast) * (1 - np.float32(random.uniform(0.2, 0.6)) * contact)
    return np.asarray(linear_to_srgb(srgb_to_linear(picture) * (1 - dark)[..., None]), np.float32)


def _blended(picture: Floats, colour: Floats, cover: Floats, in_linear: bool) -> Floats:
    cover = cover[..., None]
    if not in_linear:
        return np.asarray(picture + (colour - picture) * cover, np.float32)
    below = srgb_to_linear(picture)
    return np.asarray(linear_to_srgb(below + (srgb_to_linear(np.clip(colour, 0, None)) - below) * cover), np.float32)


def _degraded(picture: Floats, alpha: Floats, random: Random) -> tuple[Floats, Floats]:
    """One lens, one sensor, one file for all of it."""
    if random.uniform() < 0.5:
        sigma = float(random.uniform(0.3, 1.1))
        picture, alpha = (np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), np.float32) for plane in (picture, alpha))
    noise = np.float32(random.choice([0.0, random.uniform(0.002, 0.03)]))
    picture = picture + noise * random.standard_normal(picture.shape, np.float32)
    quality = int(random.integers(45, 97)) if random.uniform() < 0.5 else 0
    return compressed(eight_bit(picture), quality).astype(np.float32) / np.float32(255), alpha
