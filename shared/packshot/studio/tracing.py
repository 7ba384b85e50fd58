"""Sphere tracing (Hart, 1996): where rays meet parts, how near they pass, and what is in the shade.

Only rays that meet a part's box are marched, each part by itself, so that the work goes with what is seen of a part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from packshot.studio.noise import Floats, unit
from packshot.studio.part import Part

Place = tuple[Floats, Floats, Floats]
"""x, y and z of N places."""

_OUT = (0.08, 0.25, 0.55, 1.0)
"""Where the sky is looked for, as shares of the reach."""
_STEPS, _SHADE_STEPS = 72, 48
_DARK = 1e-3
"""Share of light below which none arrives."""
_NEAR = 0.06
"""Of a pixel: how near the surface a ray has met it."""


@dataclass
class Rays:
    """N rays of the scene: origins and unit directions, as columns, and how far the next pixel's ray is a metre away."""

    origin: tuple[Floats, Floats, Floats]
    """Each of length N, or of length 1 for a common one."""
    direction: tuple[Floats, Floats, Floats]
    pixel: float

    def __len__(self) -> int:
        return len(self.direction[0])

    def at(self, distance: Floats) -> tuple[Floats, Floats, Floats]:
        """The places `distance` along."""
        x, y, z = (o + d * distance for o, d in zip(self.origin, self.direction, strict=True))
        return x, y, z

    def chosen(self, which: Floats) -> Rays:
        """Some of the rays."""
        origin = self.origin if len(self.origin[0]) == 1 else tuple(o[which] for o in self.origin)
        x, y, z = self.direction
        return Rays(origin, (x[which], y[which], z[which]), self.pixel)  # type: ignore[arg-type]


@dataclass
class Hits:
    """Where N rays first meet one of the parts."""

    distance: Floats
    """N, metres; inf where a ray meets none."""
    part: Floats
    """N, index of the part met; -1 for none."""
    passing: Floats
    """N: how near a ray that misses has passed at least, in pixels (inf where it came into no part's box)."""
    free: list[Floats]
    """For each part N: how far the whole pixel around a ray is surely free of it; inf where it does not come near."""

    def beginnings(self, which: Floats, times: int) -> list[Floats]:
        """`free` of some pixels, for `times` rays through each."""
        return [np.repeat(free[which], times) for free in self.free]


def trace(parts: Sequence[Part], rays: Rays, far: Floats | None = None, begin: Sequence[Floats] | None = None) -> Hits:
    """First hits of `rays`, not farther than `far`; `begin`, for each part, is how far the rays are known to be free of it."""
    count = len(rays)
    hits = Hits(
        np.full(count, np.inf, np.float32) if far is None else far.astype(np.float32),
        np.full(count, -1, np.int32),
        np.full(count, np.inf, np.float32),
        [],
    )
    for index, part in enumerate(parts):
        hits.free.append(np.full(count, np.inf, np.float32))
        _march(part, index, rays, hits, None if begin is None else begin[index])
    hits.distance[hits.part < 0] = np.inf
    return hits


def normals(part: Part, x: Floats, y: Floats, z: Floats, step: float) -> Floats:
    """N×3 unit normals in the scene of places on the part, from differences over `step` metres (tetrahedron, Quilez)."""
    lx, ly, lz = part.local(x, y, z)
    h = np.float32(step)
    total = np.zeros((len(x), 3), np.float32)
    for sx, sy, sz in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        value = part.shape(lx + h * sx, ly + h * sy, lz + h * sz)
        total += value[:, None] * np.array((sx, sy, sz), np.float32)
    return np.asarray(unit(total) @ part.turn.T, np.float32)


def lit(parts: Sequence[Part], rays: Rays, far: Floats, softness: float, weights: Sequence[float] | None = None) -> Floats:
    """N: the share 0..1 of a light, `far` metres away along `rays` and seen under the half angle `softness`, that arrives.

    The narrowest place along the ray decides (S. Aaltonen, GDC 2018, after Quilez): penumbras inside and outside of the edge.
    `weights` are how dark the parts are, 1 for opaque ones.
    """
    share = np.ones(len(rays), np.float32)
    which = np.arange(len(rays))
    for index, part in enumerate(parts):
        if part.flush:
            continue
        narrow = _narrowest(part, rays, far, softness)
        passed = np.float32(0.25) * (1 + narrow) ** 2 * (2 - narrow)
        dark = 1.0 if weights is None else weights[index]
        share[which] = np.minimum(share[which], 1 - np.float32(dark) * (1 - passed))
        # What is dark already needs no other part.
        kept = np.flatnonzero(share[which] > _DARK)
        if len(kept) < 0.9 * len(which):
            which, rays, far = which[kept], rays.chosen(kept), far[kept]
    return share


def openness(parts: Sequence[Part], place: Place, normal: Floats, *, reach: float, weights: Sequence[float]) -> Floats:
    """N: how much of the sky, 0..1, places with these normals see past parts within `reach` metres (Evans, SIGGRAPH 2006)."""
    steps = np.array([share * reach for share in _OUT], np.float32)
    free = np.repeat(steps[:, None], len(normal), axis=1)
    for part, dark in zip(parts, weights, strict=True):
        if not part.flush:
            _nearer(part, place, normal, free, steps=steps, dark=dark)
    far = [1 / share**0.6 for share in _OUT]
    taken = np.array(far, np.float32) @ (1 - free / steps[:, None])
    return np.asarray(np.clip(1 - taken / np.float32(sum(far)), 0, 1), np.float32)


def _nearer(part: Part, place: Place, normal: Floats, free: Floats, *, steps: Floats, dark: float) -> None:
    """Lowers `free` (of each step, N) to the distance from `part` where that is nearer than the step along the normal."""
    here = part.local(*place)
    # Beyond twice the longest step nothing is near, whichever way the normal shows.
    which = _in_box(part, here, 2 * float(steps[-1]))
    if len(which) == 0:
        return
    (x, y, z), (dx, dy, dz) = (value[which] for value in here), (normal[which] @ part.turn).T
    for row, step in zip(free, steps, strict=True):
        there = (x + dx * step, y + dy * step, z + dz * step)
        near = _in_box(part, there, float(step))
        if len(near) == 0:
            continue
        distance = np.clip(part.shape(there[0][near], there[1][near], there[2][near]), 0, step)
        row[which[near]] = np.minimum(row[which[near]], step - np.float32(dark) * (step - distance))


def _in_box(part: Part, place: Place, margin: float) -> Floats:
    """Which of the places, in the part's axes, are in its box or as near to it as `margin`."""
    near = np.ones(len(place[0]), bool)
    for value, low, high in zip(place, part.low, part.high, strict=True):
        near &= (value > np.float32(low - margin)) & (value < np.float32(high + margin))
    return np.flatnonzero(near)


def _box_span(part: Part, rays: Rays, margin: float) -> tuple[list[Floats], list[Floats], Floats, Floats]:
    """The rays in the part's axes, and where they enter and leave its box."""
    origin = list(part.local(*rays.origin))
    r, (dx, dy, dz) = part.turn, rays.direction
    direction = [r[0, i] * dx + r[1, i] * dy + r[2, i] * dz for i in range(3)]
    enter, leave = np.zeros(1, np.float32), np.full(1, np.inf, np.float32)
    for o, d, low, high in zip(origin, direction, part.low, part.high, strict=True):
        inverse = 1 / np.where(np.abs(d) < 1e-9, np.float32(1e-9), d)
        a, b = (np.float32(low - margin) - o) * inverse, (np.float32(high + margin) - o) * inverse
        enter, leave = np.maximum(enter, np.minimum(a, b)), np.minimum(leave, np.maximum(a, b))
    return origin, direction, enter, leave


def _march(part: Part, index: int, rays: Rays, hits: Hits, begin: Floats | None) -> None:
    extent = float(np.max(np.array(part.high) - np.array(part.low)))
    origin, direction, enter, leave = _box_span(part, rays, 0.01 * extent)
    if begin is not None:
        enter = np.maximum(enter, begin)
    which = np.flatnonzero((leave > enter) & (enter < hits.distance))
    if len(which) == 0:
        return
    o = [value if len(value) == 1 else value[which] for value in origin]
    d = [value[which] for value in direction]
    t, end = np.maximum(enter[which], np.float32(1e-4 * extent)), np.minimum(leave[which], hits.distance[which])
    near, care = np.float32(_NEAR * rays.pixel), np.float32(part.care)
    pixel = np.float32(part.care / rays.pixel)
    passing = np.full(len(which), np.inf, np.float32)
    # Until a ray first comes as near as its pixel is wide, the whole pixel is free.
    before, free = t, np.full(len(which), np.inf, np.float32)
    for step in range(_STEPS):
        gap = part.shape(o[0] + d[0] * t, o[1] + d[1] * t, o[2] + d[2] * t)
        wide = gap / t
        wide *= pixel
        np.minimum(passing, wide, out=passing)
        np.copyto(free, before, where=(wide < 0.8) & (free > before))
        met = gap < near * t
        if step == _STEPS - 1:
            met |= gap < near * 4 * t
        before, t = t, t + gap * care
        going = ~met & (t < end)
        if step % 3 == 2 or step == _STEPS - 1 or not going.any():
            _note(hits, index, which, t=t, met=met & (t < end + near * t), passing=passing)
            hits.free[index][which] = free
            kept = np.flatnonzero(going)
            if len(kept) == 0:
                break
            which, t, end, passing, before, free = which[kept], t[kept], end[kept], passing[kept], before[kept], free[kept]
            o, d = [value if len(value) == 1 else value[kept] for value in o], [value[kept] for value in d]
        else:
            # Those that have arrived wait where they are until the next sorting out.
            t = np.where(met, before, t)


def _note(hits: Hits, index: int, which: Floats, *, t: Floats, met: Floats, passing: Floats) -> None:
    hits.passing[which] = np.minimum(hits.passing[which], passing)
    found = which[met]
    hits.distance[found], hits.part[found] = t[met], index


def _narrowest(part: Part, rays: Rays, far: Floats, softness: float) -> Floats:
    """N: the least of gap ÷ (softness × distance) along the rays, -1..1."""
    extent = float(np.max(np.array(part.high) - np.array(part.low)))
    result = np.ones(len(rays), np.float32)
    origin, direction, enter, leave = _box_span(part, rays, 0.35 * softness * extent + 0.02 * extent)
    which = np.flatnonzero((leave > enter) & (enter < far))
    if len(which) == 0:
        return result
    o = [value if len(value) == 1 else value[which] for value in origin]
    d = [value[which] for value in direction]
    t = np.maximum(enter[which], np.float32(0.004 * extent))
    end = np.minimum(leave[which], far[which])
    least = np.float32(extent * 0.01)
    narrow = np.ones(len(which), np.float32)
    for step in range(_SHADE_STEPS):
        gap = part.shape(o[0] + d[0] * t, o[1] + d[1] * t, o[2] + d[2] * t)
        narrow = np.minimum(narrow, gap / (np.float32(softness) * t))
        t = t + np.maximum(gap * np.float32(0.8 * part.care), least)
        if step % 4 == 3 or step == _SHADE_STEPS - 1:
            result[which] = np.minimum(result[which], narrow)
            kept = np.flatnonzero((narrow > -1) & (t < end))
            if len(kept) == 0:
                break
            which, t, end, narrow = which[kept], t[kept], end[kept], narrow[kept]
            o, d = [value if len(value) == 1 else value[kept] for value in o], [value[kept] for value in d]
    return np.maximum(result, -1)
