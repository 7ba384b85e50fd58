"""What the places that rays have met look like before light falls on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from packshot.studio.material import SIDES, Mapping, Material, facing
from packshot.studio.noise import Floats, unit
from packshot.studio.part import Part
from packshot.studio.tracing import normals


@dataclass
class Surface:
    """N places on parts."""

    place: tuple[Floats, Floats, Floats]
    normal: Floats
    """N×3 in the scene, of the solid itself."""
    bumped: Floats
    """N×3, with the relief of the material."""
    colour: Floats
    """N×3, linear."""
    rough: Floats
    metal: Floats
    shine: Floats
    fuzz: Floats
    depth: Floats


def surface_of(parts: Sequence[Part], met: Floats, place: tuple[Floats, Floats, Floats], footprint: Floats) -> Surface:
    """The places where parts `met` (N indices) were met. `footprint` (N) is the width of a pixel there, metres."""
    count = len(met)
    normal, bumped, colour = (np.zeros((count, 3), np.float32) for _ in range(3))
    constants = {name: np.zeros(count, np.float32) for name in ("rough", "metal", "shine", "fuzz", "depth")}
    for index in np.unique(met):
        part, which = parts[index], np.flatnonzero(met == index)
        x, y, z = (value[which] for value in place)
        width = float(np.median(footprint[which]))
        # The step stays above what bilinear profiles and float32 resolve.
        extent = max(h - low for h, low in zip(part.high, part.low, strict=True))
        here = normals(part, x, y, z, max(0.5 * width, 0.008 * extent))
        normal[which] = here
        for name, values in constants.items():
            values[which] = getattr(part.material, name)
        colour[which], bumped[which], rough = _painted(part, (x, y, z), here, width)
        if rough is not None:
            constants["rough"][which] = rough
    return Surface(place, normal, bumped, colour, **constants)


def _painted(
    part: Part, place: tuple[Floats, Floats, Floats], normal: Floats, width: float
) -> tuple[Floats, Floats, Floats | None]:
    """Colours, normals with relief, and roughness where prints have their own."""
    material = part.material
    colour = np.full((len(normal), 3), material.colour, np.float32)
    if material.tile is None and not material.prints:
        return colour, normal, None
    x, y, z = part.local(*place)
    own = normal @ part.turn
    u, v, side = facing(material, x, y, z, own)
    bumped = normal
    if (tile := material.tile) is not None:
        footprint = width * tile.factors.shape[1] / tile.size
        across, down = u / np.float32(tile.size), -v / np.float32(tile.size)
        colour *= tile.factors.at(across, down, footprint, tiled=True)
        if tile.slopes is not None:
            bumped = _bent(material, tile.slopes.at(across, down, footprint, tiled=True), own, x, y) @ part.turn.T
    rough = np.full(len(normal), material.rough, np.float32) if material.prints else None
    for item in material.prints:
        left, bottom, right, top = item.area
        on = (u > left) & (u < right) & (v > bottom) & (v < top)
        if item.side:
            on &= side == SIDES.index(item.side)
        which = np.flatnonzero(on)
        if len(which) == 0:
            continue
        footprint = width * item.picture.shape[1] / (right - left)
        texels = item.picture.at(
            (u[which] - np.float32(left)) / np.float32(right - left),
            (np.float32(top) - v[which]) / np.float32(top - bottom),
            footprint,
        )
        cover = texels[:, 3:]
        colour[which] += (texels[:, :3] - colour[which]) * cover
        if item.rough is not None and rough is not None:
            rough[which] += (np.float32(item.rough) - rough[which]) * cover[:, 0]
    return colour, bumped, rough


def _bent(material: Material, slopes: Floats, own: Floats, x: Floats, y: Floats) -> Floats:
    """Normals in the part's axes, bent by slopes to the right and up of its picture."""
    right, up = _directions(material, own, x, y)
    bent = own - right * slopes[:, :1] - up * slopes[:, 1:]
    return unit(bent)


def _directions(material: Material, own: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Where u and v grow, N×3 each."""
    right, up = np.zeros_like(own), np.zeros_like(own)
    if material.mapping is Mapping.AROUND:
        out = np.maximum(np.sqrt(x * x + y * y), 1e-9)
        right[:, 0], right[:, 1], up[:, 2] = -y / out, x / out, 1
        return right, up
    axis = np.argmax(np.abs(own), axis=1)
    right[:, 0], right[:, 1] = axis != 0, axis == 0
    up[:, 1], up[:, 2] = axis == 2, axis != 2
    return right, up
