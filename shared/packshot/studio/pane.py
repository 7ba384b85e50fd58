"""Glass: what it mirrors, what it lets through, and how it bends what is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from packshot.studio.layers import edges, sub_rays, window_of
from packshot.studio.noise import Floats, dot, unit
from packshot.studio.part import Part
from packshot.studio.scene import Scene
from packshot.studio.surface import surface_of
from packshot.studio.tracing import Hits, Rays, trace

_EACH = 16


@dataclass
class Pane:
    """H×W pictures of the glass parts alone."""

    mirrored: Floats
    """H×W×3 radiance that the glass adds."""
    through: Floats
    """H×W×3: share of the light behind it that comes through; 1 where there is no glass."""
    bend: Floats
    """H×W×2: from how many pixels to the right and down that light comes."""
    cover: Floats
    """Coverage 0..1."""
    depth: Floats
    normal: Floats


def draw_glass(scene: Scene, parts: Sequence[Part], far: Floats) -> Pane:
    """Glass `parts`, where nothing nearer than `far` (H×W depth) hides them."""
    camera = scene.camera
    shape = (camera.height, camera.width)
    pane = Pane(
        np.zeros((*shape, 3), np.float32), np.ones((*shape, 3), np.float32), np.zeros((*shape, 2), np.float32),
        np.zeros(shape, np.float32), np.full(shape, np.inf, np.float32), np.zeros((*shape, 3), np.float32),
    )  # fmt: skip
    window = window_of(scene, parts)
    if window is None:
        return pane
    top, bottom, left, right = window
    x, y = np.meshgrid(np.arange(left, right, dtype=np.float32) + 0.5, np.arange(top, bottom, dtype=np.float32) + 0.5)
    rays = camera.rays(x.ravel(), y.ravel())
    limit = far[top:bottom, left:right].ravel() / camera.ahead(rays.direction)
    hits = trace(parts, rays, limit)
    edge = edges(hits, x.shape, rays.pixel)
    inner, rim = np.flatnonzero((hits.part >= 0) & ~edge), np.flatnonzero(edge)
    total = np.zeros((x.size, 12), np.float32)
    total[:, 3:6] = 1
    total[inner] = _seen(scene, parts, rays.chosen(inner), hits, inner)
    depth = np.where(hits.part >= 0, hits.distance * camera.ahead(rays.direction), np.inf).astype(np.float32)
    if len(rim):
        more = sub_rays(camera, x.ravel()[rim], y.ravel()[rim])
        found = trace(parts, more, np.repeat(limit[rim], _EACH), hits.beginnings(rim, _EACH))
        met = np.flatnonzero(found.part >= 0)
        values = np.zeros((len(more), 12), np.float32)
        values[:, 3:6] = 1
        values[met] = _seen(scene, parts, more.chosen(met), found, met)
        total[rim] = values.reshape(-1, _EACH, 12).mean(axis=1)
        near = (found.distance * camera.ahead(more.direction)).reshape(-1, _EACH).min(axis=1)
        depth[rim] = np.where(total[rim, 8] > 0, np.minimum(depth[rim], near), np.inf)
    place = np.s_[top:bottom, left:right]
    total = total.reshape(*x.shape, 12)
    pane.mirrored[place], pane.through[place], pane.bend[place] = total[..., :3], total[..., 3:6], total[..., 6:8]
    pane.cover[place], pane.depth[place], pane.normal[place] = (
        total[..., 8],
        depth.reshape(x.shape),
        unit(total[..., 9:12].reshape(-1, 3)).reshape(*x.shape, 3),
    )
    return pane


def behind(picture: Floats, pane: Pane) -> Floats:
    """H×W or H×W×C `picture` as bent by the glass, before any is lost."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = cv2.remap(picture, x + pane.bend[..., 0], y + pane.bend[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(bent, np.float32)


def _seen(scene: Scene, parts: Sequence[Part], rays: Rays, hits: Hits, which: Floats) -> Floats:
    """N×12: mirrored light, share let through, bend, 1, normal of rays that meet glass."""
    if len(which) == 0:
        return np.zeros((0, 12), np.float32)
    front = _wall(scene, parts, rays, hits.distance[which], hits.part[which])
    # The far wall is met from behind.
    reach = 3 * scene.size
    ends = rays.at(hits.distance[which] + np.float32(reach))
    x, y, z = rays.direction
    back_rays = Rays(ends, (-x, -y, -z), rays.pixel)
    back_hits = trace(parts, back_rays)
    back = _wall(scene, parts, back_rays, np.where(back_hits.part >= 0, back_hits.distance, 0), np.maximum(back_hits.part, 0))
    thick = np.maximum(np.float32(reach) - np.where(back_hits.part >= 0, back_hits.distance, np.float32(reach)), 0)
    mirrored = front[0] + 0.6 * back[0] * front[1]
    # Four surfaces, and a path through two walls that is longer at grazing angles.
    tint = np.stack([np.array(part.material.colour, np.float32) for part in parts])[hits.part[which]]
    grazing = np.clip(front[2], 0.08, 1)[:, None]
    path = np.float32(0.35) / grazing + np.clip(thick[:, None] / np.float32(0.25 * scene.size), 0, 1) * np.float32(0.35)
    through = front[1] ** 2 * back[1] ** 2 * tint**path * np.clip(grazing * 2.2, 0.25, 1)
    bend = _bent(scene, front[3], back[3], front[2])
    ones = np.ones((len(which), 1), np.float32)
    return np.concatenate((mirrored, through, bend, ones, front[3]), axis=1)


def _wall(
    scene: Scene, parts: Sequence[Part], rays: Rays, distance: Floats, met: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """What one wall mirrors (N×3), lets through (N×1), how much it faces the ray (N), and its normal (N×3)."""
    place = rays.at(distance)
    surface = surface_of(parts, met, place, np.maximum(distance, 1e-3) * rays.pixel)
    view = -np.stack(rays.direction, axis=1)
    facing = np.clip(dot(surface.normal, view), 0, 1)
    fresnel = (0.042 + 0.958 * (1 - facing) ** 5).astype(np.float32)
    mirror = 2 * facing[:, None] * surface.normal - view
    seen = scene.room.reflection(mirror, surface.rough)
    floor = np.clip(-mirror[:, 2:3] * 8, 0, 1)
    seen = seen + (scene.floor_light[None] - seen) * floor
    return seen * fresnel[:, None], (1 - fresnel)[:, None], facing, surface.normal


def _bent(scene: Scene, front: Floats, back: Floats, facing: Floats) -> Floats:
    """Two thin walls bend little in the middle and much at the rim, where they are thick along the ray."""
    camera = scene.camera
    pixels = camera.pixels * 0.05 * scene.size / max(float(np.linalg.norm(camera.place)), 1e-6)
    rim = np.clip(1 - facing, 0, 1)[:, None] ** 2
    own = camera.own(front)[:, :2]
    return np.asarray(-own * rim * np.float32(pixels * 3), np.float32)
