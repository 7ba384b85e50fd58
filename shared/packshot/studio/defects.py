"""Products with something wrong, beside the same picture of the sound one, and exactly where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import cv2
import numpy as np

from packshot.errors import UnknownName, nearest
from packshot.studio import prints, sdf
from packshot.studio.colours import paint
from packshot.studio.light import Light, light_of
from packshot.studio.noise import Floats, smoothstep
from packshot.studio.part import Part, Role
from packshot.studio.photo import through_lens
from packshot.studio.render import Render, Setup, StudioSettings, photo, set_up
from packshot.studio.scene import Scene
from packshot.studio.textures import lumps
from packshot.studio.tracing import trace

Random = np.random.Generator
_DIRT = ((0.35, 0.22, 0.10), (0.25, 0.25, 0.27), (0.5, 0.12, 0.10), (0.15, 0.22, 0.45), (0.55, 0.45, 0.15))
"""Coffee, grease, juice, ink, oil: what they leave of white light."""

Kind = Literal["scratch", "stain", "dent", "missing-part", "wrong-label"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, eq=False)
class Defective:
    """Two pictures from one camera position."""

    sound: Render
    defective: Render
    mask: Floats
    """H×W float32 0..1: where the defect is, through the same lens. 0.5 is its outline."""
    kind: Kind


def render_defect(
    seed: int,
    size: int | tuple[int, int] = 320,
    kind: Kind | None = None,
    family: str | None = None,
    settings: StudioSettings | None = None,
) -> Defective:
    """The product of this seed, sound and with a defect; light, camera and exposure are the same, the noise is another.

    Without `kind` the seed chooses one of KINDS. Where a product has no print, a wrong label is one that should not be there;
    where it is of one piece, a piece is broken off. Raises UnknownName for another kind or family.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownName(f"The studio paints no defect {kind!r}. {nearest(kind, list(KINDS))}")
    random = np.random.default_rng([seed, 5])
    chosen: Kind = kind or KINDS[int(random.integers(len(KINDS)))]
    setup = set_up(seed, size, family, settings)
    sound = light_of(setup.staged.scene, setup.softness)
    if chosen in _SURFACE:
        bad, mask = _SURFACE[chosen](sound, random)
    else:
        bad, mask = _changed(setup, sound, _SOLID[chosen](setup.staged.scene, random), chosen == "dent")
    first = photo(setup, sound, seed)
    second = photo(setup, bad, seed + (1 << 32), gain=first.gain)
    return Defective(first, second, np.clip(through_lens(mask, setup.taken), 0, 1), chosen)


def _changed(setup: Setup, sound: Light, scene: Scene, whole: bool) -> tuple[Light, Floats]:
    """The light of a scene that was changed, and where on the product that shows: in form, or else by 4 % in colour."""
    bad = light_of(scene, setup.softness)
    on = np.maximum(sound.alpha, bad.alpha) > 0.5
    shown = (np.abs(bad.depth - sound.depth) > 0.0012 * setup.staged.scene.size) & on
    if whole:
        # Along outlines depth changes by rounding alone.
        shown = cv2.morphologyEx(shown.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    if not shown.any():
        # Only its print changed, and no light elsewhere.
        shown = (np.abs(bad.full - sound.full).max(axis=2) > 0.04 * np.maximum(sound.full.max(axis=2), 0.02)) & on
    return bad, shown.astype(np.float32)


def _scratch(light: Light, random: Random) -> tuple[Light, Floats]:
    """One to three fine bent lines, lighter or darker, with a shady side."""
    height, width = light.alpha.shape
    lines, shade = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    for _ in range(int(random.integers(1, 4))):
        x, y = _place(light, random)
        length, angle = random.uniform(0.08, 0.3) * max(height, width), random.uniform(0, 2 * np.pi)
        t = np.linspace(-0.5, 0.5, 24)
        bow = random.normal(0, 0.15) * length
        points = np.stack(
            (
                x + t * length * np.cos(angle) - bow * t * t * np.sin(angle),
                y + t * length * np.sin(angle) + bow * t * t * np.cos(angle),
            ),
            1,
        )
        thick = max(1, round(max(height, width) / 320 * random.uniform(0.8, 2.2)))
        whole = np.rint(points * 16).astype(np.int32)
        cv2.polylines(lines, [whole], False, 1.0, thick, cv2.LINE_AA, 4)
        cv2.polylines(shade, [whole + 16], False, 1.0, thick, cv2.LINE_AA, 4)
    mask = lines * (light.alpha > 0.6)
    factor = np.exp(random.choice([-1, 1]) * random.uniform(0.6, 1.3))
    field = 1 + (np.float32(factor) - 1) * mask - np.float32(0.25) * np.clip(shade - lines, 0, 1) * (light.alpha > 0.6)
    return _multiplied(light, field[..., None], np.zeros(3), mask), mask


def _stain(light: Light, random: Random) -> tuple[Light, Floats]:
    """A spot with a ragged outline, darker at its rim as dried drops are."""
    height, width = light.alpha.shape
    x, y = _place(light, random)
    radius = random.uniform(0.03, 0.10) * max(height, width)
    ragged = cv2.resize(lumps(random, (90, 90), 4), (width, height), interpolation=cv2.INTER_LINEAR)
    v, u = np.mgrid[0:height, 0:width].astype(np.float32)
    inside = 1 - np.hypot(u - x, (v - y) * random.uniform(0.8, 1.5)) / radius + 0.22 * ragged
    mask = smoothstep(-0.06, 0.06, inside) * (light.alpha > 0.6)
    cover = mask * np.float32(random.uniform(0.5, 0.9)) * (0.75 + 0.35 * np.exp(-np.square(inside / np.float32(0.12))))
    cover = np.clip(cover, 0, 1)[..., None]
    # Dark spots on what is light, light ones on what is dark.
    here = light.own[int(y), int(x)]
    bright = np.percentile(light.full, 95)
    if here.mean() > 0.15 * bright:
        tone = np.array(_DIRT[int(random.integers(len(_DIRT)))], np.float32)
        return _multiplied(light, 1 - cover * (1 - tone), np.zeros(3), mask), np.asarray(mask, np.float32)
    dust = np.float32(bright * random.uniform(0.25, 0.5)) * np.array((1.0, 0.95, 0.85), np.float32)
    return _multiplied(light, 1 - cover, cover * dust, mask), np.asarray(mask, np.float32)


def _multiplied(light: Light, factor: Floats, added: Floats, mask: Floats) -> Light:
    """The product's own light times `factor`, with `added` light where it is."""
    own = light.own * factor + added * light.alpha[..., None] * (mask[..., None] > 0)
    return replace(light, own=own.astype(np.float32), full=(light.full + own - light.own).astype(np.float32))


def _place(light: Light, random: Random) -> tuple[float, float]:
    """x, y of a pixel inside the product."""
    inner = cv2.erode((light.alpha > 0.9).astype(np.uint8), np.ones((7, 7), np.uint8))
    rows, columns = np.nonzero(inner if inner.any() else light.alpha >= light.alpha.max())
    chosen = int(random.integers(len(rows)))
    return float(columns[chosen]), float(rows[chosen])


def _dent(scene: Scene, random: Random) -> Scene:
    """A round hollow pressed into the side that is seen."""
    return _carved(scene, random, deep=float(random.uniform(0.25, 0.5)), soft=0.6)


def _missing(scene: Scene, random: Random) -> Scene:
    """A part left off; of products of one piece, a piece broken off."""
    parts = sorted(scene.product, key=lambda part: -float(np.prod(np.array(part.high) - np.array(part.low))))
    if len(parts) < 2:
        return _carved(scene, random, deep=float(random.uniform(0.8, 1.0)), soft=0.05)
    lost = parts[int(random.integers(1, len(parts)))]
    return replace(scene, parts=tuple(part for part in scene.parts if part is not lost))


def _wrong_label(scene: Scene, random: Random) -> Scene:
    """Another print in place of the largest, or one on what should be plain."""
    printed = [part for part in scene.product if part.material.prints]
    if not printed:
        part = max(scene.product, key=lambda part: float(np.prod(np.array(part.high) - np.array(part.low))))
        half = 0.3 * min(part.high[0] - part.low[0], part.high[2] - part.low[2])
        middle = (part.high[2] + part.low[2]) / 2
        new = prints.label(random, (-half, middle - half, half, middle + half), paint(random))
        return _with(scene, part, replace(part, material=part.material.with_prints(new)))
    part = printed[int(random.integers(len(printed)))]
    largest = max(part.material.prints, key=lambda item: (item.area[2] - item.area[0]) * (item.area[3] - item.area[1]))
    other = prints.label(random, largest.area, paint(random), largest.side)
    shown = tuple(other if item is largest else item for item in part.material.prints)
    return _with(scene, part, replace(part, material=replace(part.material, prints=shown)))


def _carved(scene: Scene, random: Random, deep: float, soft: float) -> Scene:
    """A ball taken out of the part that is seen at a place of chance; `deep` in radii."""
    camera = scene.camera
    x, y = np.meshgrid(np.arange(4, camera.width, 8, dtype=np.float32), np.arange(4, camera.height, 8, dtype=np.float32))
    rays = camera.rays(x.ravel(), y.ravel())
    hits = trace(scene.product, rays)
    met = np.flatnonzero(hits.part >= 0)
    if len(met) == 0:
        return scene
    ray = met[int(random.integers(len(met)))]
    place = np.stack(rays.at(hits.distance), axis=1)[ray]
    part = scene.product[int(hits.part[ray])]
    radius = float(random.uniform(0.05, 0.12)) * scene.size
    towards = np.array(camera.place, np.float32) - place
    centre = place + towards / np.float32(np.linalg.norm(towards)) * np.float32(radius * (1 - deep))
    u, v, w = (float(value[0]) for value in part.local(*(centre[i : i + 1] for i in range(3))))
    hollow = sdf.cut(part.shape, sdf.at(sdf.sphere(radius), (u, v, w)), soft=max(soft * radius, 1e-6))
    return _with(scene, part, replace(part, shape=hollow, care=part.care * 0.9))


def _with(scene: Scene, part: Part, new: Part) -> Scene:
    assert part.role is Role.PRODUCT
    return replace(scene, parts=tuple(new if other is part else other for other in scene.parts))


_SURFACE: dict[str, Callable[[Light, Random], tuple[Light, Floats]]] = {"scratch": _scratch, "stain": _stain}
_SOLID: dict[str, Callable[[Scene, Random], Scene]] = {"dent": _dent, "missing-part": _missing, "wrong-label": _wrong_label}
