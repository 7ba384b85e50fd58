"""Light on surfaces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from packshot.studio.environment import Environment, Light
from packshot.studio.noise import Floats, dot, smoothstep
from packshot.studio.part import Part
from packshot.studio.surface import Surface
from packshot.studio.tracing import Rays, lit, openness


def darkness(parts: Sequence[Part]) -> list[float]:
    """How much light each part takes away: glass little."""
    return [1 - 0.75 * part.material.clear for part in parts]


def arriving(light: Light, place: tuple[Floats, Floats, Floats]) -> tuple[Floats, Floats, Floats]:
    """N×3 unit directions to a light, N distances, and N factors of its strength (1 at the scene's origin)."""
    vectors = np.stack([np.float32(c) - p for c, p in zip(light.place, place, strict=True)], axis=1)
    distance = np.sqrt(dot(vectors, vectors))
    nominal = float(np.linalg.norm(light.place))
    return vectors / distance[:, None], distance, np.square(np.float32(nominal) / distance)


def light_share(parts: Sequence[Part], light: Light, place: tuple[Floats, Floats, Floats], normal: Floats, lift: float) -> Floats:
    """N: how much of `light` arrives at places with these normals, 0..1. `lift` metres keep a surface from shading itself."""
    x, y, z = place
    raised = (x + normal[:, 0] * lift, y + normal[:, 1] * lift, z + normal[:, 2] * lift)
    towards, distance, _ = arriving(light, raised)
    rays = Rays(raised, (towards[:, 0], towards[:, 1], towards[:, 2]), 1.0)
    share = np.zeros(len(x), np.float32)
    # Those that are turned away are dark anyway.
    which = np.flatnonzero(dot(normal, towards) > -0.25)
    share[which] = lit(parts, rays.chosen(which), distance[which], light.softness, darkness(parts))
    return share


def shaded(surface: Surface, parts: Sequence[Part], room: Environment, view: Floats, *, reach: float, floor: Floats) -> Floats:
    """N×3 radiance towards the camera. `view`: N×3 unit vectors to the camera; `reach`: metres within which parts hide the sky;
    `floor`: 3, the radiance of the ground, which shiny things mirror."""
    open_sky = openness(parts, surface.place, surface.normal, reach=reach, weights=darkness(parts))
    # The ground hides the lower half, most where a surface is near it.
    z = surface.place[2]
    near_ground = np.exp(-np.maximum(z, 0) / np.float32(0.35 * reach)) * np.clip(0.55 - 0.65 * surface.normal[:, 2], 0, 1)
    open_sky = open_sky * (1 - 0.65 * near_ground)
    light = room.ambient(surface.bumped) * open_sky[:, None]
    for lamp in room.lights:
        light += _lamp(lamp, surface, parts, reach)
    colour = surface.colour * (1 - surface.metal)[:, None]
    # Light that goes to and fro between bright surfaces takes on their colour.
    facing = np.clip(dot(surface.bumped, view), 0.0, 1)
    radiance = colour * light
    radiance += (surface.fuzz * (1 - facing) ** 3)[:, None] * (0.4 * colour + 0.6 * colour.mean(axis=1, keepdims=True)) * light
    return np.asarray(
        radiance + _mirrored(surface, room, view, facing=facing, open_sky=open_sky, reach=reach, floor=floor), np.float32
    )


def _lamp(lamp: Light, surface: Surface, parts: Sequence[Part], reach: float) -> Floats:
    towards, _, strength = arriving(lamp, surface.place)
    wrap = 0.35 * surface.depth + 0.25 * min(lamp.softness, 0.5)
    cosine = np.maximum(dot(surface.bumped, towards) + wrap, 0) / (1 + wrap) ** 1.5
    share = np.zeros(len(cosine), np.float32)
    which = np.flatnonzero(cosine > 0)
    x, y, z = (value[which] for value in surface.place)
    share[which] = light_share(parts, lamp, (x, y, z), surface.normal[which], 0.012 * reach)
    share = share + (1 - share) * 0.25 * surface.depth
    return np.asarray((cosine * share * strength)[:, None] * np.array(lamp.colour, np.float32), np.float32)


def _mirrored(
    surface: Surface, room: Environment, view: Floats, *, facing: Floats, open_sky: Floats, reach: float, floor: Floats
) -> Floats:
    mirror = 2 * facing[:, None] * surface.bumped - view
    seen = room.reflection(mirror, surface.rough)
    down = smoothstep(0.02, -0.12, mirror[:, 2])[:, None]
    # Near the foot the mirrored ground lies in the product's own shade.
    gap = np.maximum(surface.place[2], 0) / np.maximum(-mirror[:, 2], 0.05)
    ground = floor[None] * (0.25 + 0.75 * smoothstep(0, 0.8 * reach, gap))[:, None]
    seen = seen + (ground - seen) * down
    face = surface.shine[:, None] * (1 - surface.metal)[:, None] + surface.colour * surface.metal[:, None]
    # Karis, "Physically based shading on mobile", 2014.
    rough = surface.rough
    a = np.minimum(np.square(1 - rough), np.exp2(np.float32(-9.28) * facing)) * (1 - rough) + (
        np.float32(0.0425) - np.float32(0.0275) * rough
    )
    scale = np.float32(-1.04) * a + (np.float32(1.04) - np.float32(0.572) * rough)
    offset = np.float32(1.04) * a + (np.float32(0.022) * rough - np.float32(0.04))
    hidden = np.clip(0.25 + 0.85 * open_sky, 0, 1)
    return np.asarray(seen * (face * scale[:, None] + offset[:, None]) * hidden[:, None], np.float32)
