"""The light of a room: windows, lamps, walls, as a panorama for reflections and as lights that cast shadows.

Radiance is relative: a white, matt surface that faces the main light is about 1; the camera exposes for what it sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from packshot.studio.material import Colour, look_up
from packshot.studio.noise import Floats

_HEIGHT, _WIDTH = 64, 128
_ROUGH = (0.0, 0.15, 0.3, 0.5, 0.75, 1.0)
_SIGMAS = (0.0, 1.6, 4.0, 8.0, 15.0, 24.0)
"""Pixels of blur of the panorama for these roughnesses."""


@dataclass(frozen=True)
class Light:
    """A lamp or a window."""

    place: tuple[float, float, float]
    """Metres."""
    colour: Colour
    """Irradiance at the product, of a surface that faces it."""
    softness: float
    """Half angle under which the product sees it, radians."""

    @property
    def direction(self) -> Floats:
        """Unit vector from the scene's origin."""
        vector = np.array(self.place, np.float32)
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


@dataclass
class Environment:
    """A room around the product."""

    panorama: Floats
    """64×128×3: radiance without the lights. Above: the zenith; u = 0.5 looks along y, away from the camera."""
    lights: tuple[Light, ...]
    levels: list[Floats] = field(init=False)
    """The panorama with its lights for each roughness."""
    harmonics: Floats = field(init=False)
    """9×3: irradiance of the panorama (Ramamoorthi and Hanrahan, SIGGRAPH 2001)."""

    def __post_init__(self) -> None:
        bright = self.panorama.copy()
        for light in self.lights:
            _shine(bright, light)
        self.levels = [_blurred(bright, sigma) for sigma in _SIGMAS]
        self.harmonics = _project(self.panorama)

    def ambient(self, normal: Floats) -> Floats:
        """N×3: irradiance of surfaces with these unit normals by the room alone."""
        return np.asarray(np.maximum((self.harmonics.T @ _basis(normal)).T, 0.002), np.float32)

    def reflection(self, direction: Floats, rough: Floats) -> Floats:
        """N×3: what a surface as rough as this mirrors from these directions."""
        u = np.arctan2(direction[:, 0], direction[:, 1]) * np.float32(0.5 / np.pi) + np.float32(0.5)
        v = np.arccos(np.clip(direction[:, 2], -1, 1)) * np.float32(1 / np.pi)
        place = np.interp(rough, _ROUGH, np.arange(len(_ROUGH))).astype(np.float32)
        total = np.zeros((len(u), 3), np.float32)
        for index, level in enumerate(self.levels):
            weight = np.maximum(1 - np.abs(place - index), 0)
            which = np.flatnonzero(weight > 0)
            if len(which):
                total[which] += look_up(level, u[which], v[which]) * weight[which, None]
        return total


def directions() -> Floats:
    """H×W×3: unit vectors of the panorama's pixels."""
    around = (np.arange(_WIDTH, dtype=np.float32) + 0.5) / _WIDTH * 2 * np.pi - np.pi
    down = (np.arange(_HEIGHT, dtype=np.float32) + 0.5) / _HEIGHT * np.pi
    out = np.sin(down)[:, None]
    z = np.repeat(np.cos(down)[:, None], _WIDTH, axis=1)
    return np.stack((out * np.sin(around)[None], out * np.cos(around)[None], z), axis=-1).astype(np.float32)


def _shine(panorama: Floats, light: Light) -> None:
    """Draw a light: a square with soft edges, as bright as its irradiance asks."""
    towards = light.direction
    side = np.cross(towards, (0.0, 0.0, 1.0))
    side = side / max(float(np.linalg.norm(side)), 1e-6) if abs(towards[2]) < 0.999 else np.array((1.0, 0.0, 0.0))
    other = np.cross(side, towards)
    rays = directions()
    ahead = np.maximum(rays @ towards, 1e-3)
    # A small light is drawn as large as the panorama's pixels allow.
    half = max(np.tan(light.softness), 0.055)
    edge = 0.03
    far = np.maximum(np.abs(rays @ side.astype(np.float32)), np.abs(rays @ other.astype(np.float32))) / ahead
    cover = np.clip((half + edge - far) / (2 * edge), 0, 1) * (rays @ towards > 0)
    bright = min(np.pi / (4 * half * half), 40.0)
    panorama += cover[:, :, None] * np.array(light.colour, np.float32) * np.float32(bright * 0.6)


def _blurred(panorama: Floats, sigma: float) -> Floats:
    if sigma == 0:
        return panorama
    pad = _WIDTH // 2
    wide = np.concatenate((panorama[:, -pad:], panorama, panorama[:, :pad]), axis=1)
    # A picture so soft is as good from fewer pixels.
    less = 4 if sigma >= 15 else 1
    few = cv2.resize(wide, (wide.shape[1] // less, wide.shape[0] // less), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(few, (0, 0), sigma / less, borderType=cv2.BORDER_REPLICATE)
    soft = cv2.resize(soft, (wide.shape[1], wide.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(soft[:, pad:-pad], np.float32)


def _basis(normal: Floats) -> Floats:
    """9×N real spherical harmonics of N×3 unit vectors."""
    x, y, z = np.ascontiguousarray(normal.T)
    basis = np.empty((9, len(x)), np.float32)
    basis[0] = 0.282095
    for row, (weight, value) in enumerate(((0.488603, y), (0.488603, z), (0.488603, x)), 1):
        np.multiply(value, np.float32(weight), out=basis[row])
    for row, (a, b) in enumerate(((x, y), (y, z), (z, z), (x, z)), 4):
        np.multiply(a, b, out=basis[row])
    basis[4:8] *= np.array((1.092548, 1.092548, 0.946176, 1.092548), np.float32)[:, None]
    basis[6] -= np.float32(0.315392)
    np.multiply(x * x - y * y, np.float32(0.546274), out=basis[8])
    return basis


def _project(panorama: Floats) -> Floats:
    rays = directions()
    solid = np.sin((np.arange(_HEIGHT) + 0.5) / _HEIGHT * np.pi) * (np.pi / _HEIGHT) * (2 * np.pi / _WIDTH)
    weights = np.broadcast_to(solid[:, None], (_HEIGHT, _WIDTH)).reshape(-1).astype(np.float32)
    moments = _basis(rays.reshape(-1, 3)) @ (panorama.reshape(-1, 3) * weights[:, None])
    # Convolved with the cosine and divided by π: a room of radiance 1 gives 1.
    bands = np.array((1, 2 / 3, 2 / 3, 2 / 3, 0.25, 0.25, 0.25, 0.25, 0.25), np.float32)
    return np.asarray(moments * bands[:, None], np.float32)
