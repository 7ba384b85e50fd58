"""A scene as layers: the ground in its light and shade, then what stands on it, with exact coverage.

Every pixel has one ray through its middle. At outlines and for things thinner than a pixel there are 16, at edges inside 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from packshot.studio.camera import Camera
from packshot.studio.ground import Footing, meet_ground
from packshot.studio.noise import Floats, dot, unit
from packshot.studio.part import Part
from packshot.studio.scene import Scene
from packshot.studio.shading import arriving, darkness, light_share, shaded
from packshot.studio.surface import surface_of
from packshot.studio.tracing import Hits, Rays, openness, trace

_SUB = 4
"""Rays along each side of a pixel at edges."""
_BESIDE = 0.7
"""Pixels from its middle to a pixel's corner."""
_ALL = np.arange(_SUB * _SUB)
_FEW = np.array((1, 7, 8, 14))
"""Those that are enough at edges inside: one in every row and column."""
_COLOURED = {len(_ALL): np.array((7, 8)), len(_FEW): _FEW}
"""Those that are enough for colours: at outlines two, because their coverage is what is seen there."""


@dataclass
class Layer:
    """H×W pictures of some of the parts."""

    rgb: Floats
    """H×W×3: linear radiance times coverage."""
    alpha: Floats
    """Coverage 0..1."""
    depth: Floats
    """Metres along the optical axis of what is nearest in the pixel; inf where there is nothing."""
    normal: Floats
    """H×W×3 in the scene's axes."""


@dataclass
class Base:
    """H×W pictures of the ground."""

    rgb: Floats
    shadow: Floats
    """Share of light, 0..1, that the product takes from it."""
    depth: Floats
    normal: Floats


def draw_ground(scene: Scene) -> Base:
    """The ground with all shadows."""
    camera = scene.camera
    height, width = camera.height, camera.width
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) + 0.5, np.arange(height, dtype=np.float32) + 0.5)
    rays = camera.rays(x.ravel(), y.ravel())
    footing = meet_ground(scene.ground, rays)
    # Light changes slowly: it is calculated for every second or third pixel, and every second or third row.
    every = 2 if min((lamp.softness for lamp in scene.room.lights), default=1.0) < 0.1 else 3
    x, y = np.meshgrid(
        np.arange(0, width + every, every, dtype=np.float32), np.arange(0, height + every, every, dtype=np.float32)
    )
    coarse = meet_ground(scene.ground, camera.rays(x.ravel(), y.ravel()), painted=False)
    grid = x.shape
    alone, shared = _light_on(scene, footing, coarse, grid, (height, width), every=every)
    rgb = footing.colour * shared
    shadow = 1 - shared.sum(axis=1) / np.maximum(alone.sum(axis=1), 1e-6)
    if scene.ground.gloss:
        rgb += _mirrored(scene, rays.direction, footing)
    shape = (height, width)
    return Base(
        rgb.reshape(*shape, 3),
        np.clip(shadow, 0, 1).astype(np.float32).reshape(shape),
        (footing.distance * camera.ahead(rays.direction)).reshape(shape),
        footing.normal.reshape(*shape, 3),
    )


def _light_on(
    scene: Scene, fine: Footing, coarse: Footing, grid: tuple[int, int], size: tuple[int, int], *, every: int
) -> tuple[Floats, Floats]:
    """N×3 each: the light on the ground without the product, and with it."""
    reach = scene.size
    sky = [
        _enlarged(
            openness(parts, coarse.place, coarse.normal, reach=0.6 * reach, weights=darkness(parts)).reshape(grid), size, every
        )
        for parts in (scene.clutter, scene.product)
    ]
    if scene.ground.floor.slopes is None:
        room = np.stack(
            [_enlarged(channel, size, every) for channel in scene.room.ambient(coarse.normal).T.reshape(3, *grid)], axis=1
        )
    else:
        room = scene.room.ambient(fine.normal)
    alone = room * sky[0][:, None]
    shared = room * (sky[0] * sky[1])[:, None]
    for lamp in scene.room.lights:
        towards, _, strength = arriving(lamp, fine.place)
        cosine = np.maximum(dot(fine.normal, towards), 0) * strength
        light = cosine[:, None] * np.array(lamp.colour, np.float32)
        lift = 0.002 * reach
        free = [
            _enlarged(light_share(parts, lamp, coarse.place, coarse.normal, lift).reshape(grid), size, every)
            for parts in (scene.clutter, scene.product)
        ]
        alone = alone + light * free[0][:, None]
        shared = shared + light * np.minimum(free[0], free[1])[:, None]
    return alone, shared


def _enlarged(plane: Floats, size: tuple[int, int], every: int) -> Floats:
    """A plane of values at every so many pixel corners, at all pixel centres, as one row."""
    height, width = size
    x, y = np.meshgrid(*((np.arange(count, dtype=np.float32) + np.float32(0.5)) / np.float32(every) for count in (width, height)))
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32).ravel()


def _mirrored(scene: Scene, direction: tuple[Floats, Floats, Floats], footing: Footing) -> Floats:
    """What a polished floor mirrors of room and parts."""
    ground = scene.ground
    incoming = np.stack(direction, axis=1)
    facing = -dot(incoming, footing.normal)[:, None]
    mirror = incoming + 2 * facing * footing.normal
    seen = scene.room.reflection(mirror, np.full(len(mirror), ground.rough, np.float32))
    share = np.float32(ground.gloss) + np.float32(1 - ground.gloss) * np.float32(0.8) * (1 - np.clip(facing, 0, 1)) ** 5
    floor = ~footing.upright
    return np.asarray(seen * share * floor[:, None], np.float32)


def draw(scene: Scene, parts: Sequence[Part], far: Floats | None = None) -> Layer:
    """`parts` alone, in the light and shade of the whole scene, where nothing nearer than `far` (H×W depth) hides them."""
    camera = scene.camera
    shape = (camera.height, camera.width)
    layer = Layer(
        np.zeros((*shape, 3), np.float32),
        np.zeros(shape, np.float32),
        np.full(shape, np.inf, np.float32),
        np.zeros((*shape, 3), np.float32),
    )
    window = window_of(scene, parts)
    if window is None:
        return layer
    top, bottom, left, right = window
    x, y = np.meshgrid(np.arange(left, right, dtype=np.float32) + 0.5, np.arange(top, bottom, dtype=np.float32) + 0.5)
    rays = camera.rays(x.ravel(), y.ravel())
    limit = None if far is None else far[top:bottom, left:right].ravel() / camera.ahead(rays.direction)
    hits = trace(parts, rays, limit)
    edge = edges(hits, x.shape, rays.pixel)
    inner = np.flatnonzero((hits.part >= 0) & ~edge)
    within = cv2.erode((hits.part >= 0).astype(np.uint8).reshape(x.shape), np.ones((3, 3), np.uint8)).ravel() > 0
    colour = np.zeros((x.size, 3), np.float32)
    cover = np.zeros(x.size, np.float32)
    cover[inner] = 1
    colour[inner], normal = _radiance(scene, parts, hits.part[inner], rays.chosen(inner), hits.distance[inner])
    normals = np.zeros((x.size, 3), np.float32)
    normals[inner] = normal
    depth = np.where(hits.part >= 0, hits.distance * camera.ahead(rays.direction), np.inf).astype(np.float32)
    for rim, pattern in ((np.flatnonzero(edge & ~within), _ALL), (np.flatnonzero(edge & within), _FEW)):
        if len(rim) == 0:
            continue
        bound = None if limit is None else limit[rim]
        begin = hits.beginnings(rim, len(pattern))
        colour[rim], cover[rim], normals[rim], near = _at_edges(
            scene, parts, x.ravel()[rim], y.ravel()[rim], pattern=pattern, limit=bound, begin=begin
        )
        # The ray through the middle passes for the pixel where it meets anything that the others meet too.
        depth[rim] = np.where(np.isfinite(depth[rim]) & (cover[rim] > 0), depth[rim], near)
    place = np.s_[top:bottom, left:right]
    layer.rgb[place], layer.alpha[place] = colour.reshape(*x.shape, 3), cover.reshape(x.shape)
    layer.depth[place], layer.normal[place] = depth.reshape(x.shape), normals.reshape(*x.shape, 3)
    return layer


def window_of(scene: Scene, parts: Sequence[Part]) -> tuple[int, int, int, int] | None:
    """Rows top, bottom and columns left, right that hold all of `parts`; None where nothing of them is in the picture."""
    if not parts:
        return None
    camera = scene.camera
    x, y, ahead = camera.seen(np.concatenate([part.corners() for part in parts]))
    if ahead.min() < 0.01 * scene.size:
        return 0, camera.height, 0, camera.width
    top, bottom = max(int(y.min()) - 2, 0), min(int(y.max()) + 3, camera.height)
    left, right = max(int(x.min()) - 2, 0), min(int(x.max()) + 3, camera.width)
    return (top, bottom, left, right) if bottom > top and right > left else None


def edges(hits: Hits, shape: tuple[int, int], pixel: float) -> Floats:
    """N booleans: pixels where one ray is not enough."""
    part, distance = hits.part.reshape(shape), np.where(hits.part >= 0, hits.distance, 0).reshape(shape)
    edge = np.zeros(shape, bool)
    # A step in depth beyond what a slope of about 85° makes from pixel to pixel.
    step = 12 * pixel * np.maximum(distance, 1e-6)
    for axis in (0, 1):
        other, far = np.roll(part, 1, axis), np.roll(distance, 1, axis)
        changed = (part != other) | (np.abs(distance - far) > step)
        index = [slice(None), slice(None)]
        index[axis] = slice(0, 1)
        changed[tuple(index)] = False
        edge |= changed | np.roll(changed, -1, axis)
    # Beside a part, a pixel is empty where the part passes beyond its corners.
    return np.asarray(np.where(hits.part < 0, hits.passing < _BESIDE, edge.ravel()))


def sub_rays(camera: Camera, x: Floats, y: Floats, pattern: Floats = _ALL) -> Rays:
    """Rays in pixels with these centres, a pixel's together: those of the 16 that `pattern` names."""
    offset = (np.arange(_SUB, dtype=np.float32) + 0.5) / _SUB - 0.5
    across, down = offset[pattern % _SUB], offset[pattern // _SUB]
    rays = camera.rays((x[:, None] + across).ravel(), (y[:, None] + down).ravel())
    return replace(rays, pixel=rays.pixel / _SUB)


def _at_edges(
    scene: Scene, parts: Sequence[Part], x: Floats, y: Floats, *, pattern: Floats, limit: Floats | None, begin: list[Floats]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean radiance × coverage, coverage, mean normal and depth of pixels with several rays."""
    count, each = len(x), len(pattern)
    rays = sub_rays(scene.camera, x, y, pattern)
    hits = trace(parts, rays, None if limit is None else np.repeat(limit, each), begin)
    met = (hits.part >= 0).reshape(count, each)
    # Where none of those that are for colours meets anything, the first that does.
    lit = met & np.isin(pattern, _COLOURED[each])
    alone = met.any(axis=1) & ~lit.any(axis=1)
    lit[alone, met[alone].argmax(axis=1)] = True
    which = np.flatnonzero(lit)
    colour, normal = np.zeros((count * each, 3), np.float32), np.zeros((count * each, 3), np.float32)
    colour[which], normal[which] = _radiance(scene, parts, hits.part[which], rays.chosen(which), hits.distance[which])
    cover = met.mean(axis=1, dtype=np.float32)
    share = (cover / np.maximum(lit.sum(axis=1), 1))[:, None]
    depth = (hits.distance * scene.camera.ahead(rays.direction)).reshape(count, each).min(axis=1)
    return (
        colour.reshape(count, each, 3).sum(axis=1) * share,
        cover,
        unit(normal.reshape(count, each, 3).sum(axis=1)),
        depth.astype(np.float32),
    )


def _radiance(scene: Scene, parts: Sequence[Part], met: Floats, rays: Rays, distance: Floats) -> tuple[Floats, Floats]:
    place = rays.at(distance)
    surface = surface_of(parts, met, place, distance * rays.pixel)
    view = -np.stack(rays.direction, axis=1)
    return shaded(surface, scene.parts, scene.room, view, reach=0.45 * scene.size, floor=scene.floor_light), surface.normal
