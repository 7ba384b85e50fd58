"""A photo of a product that never was, with all that is true of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from packshot.errors import UnknownName, nearest
from packshot.plugin.frame import Plane
from packshot.studio.grounds import GROUNDS
from packshot.studio.light import Light, light_of
from packshot.studio.noise import Floats
from packshot.studio.photo import Exposure, developed, eight_bit, exposure, gain_of, photographed, through_lens
from packshot.studio.products import MAKERS
from packshot.studio.spreading import spread
from packshot.studio.staging import Staged, staged, whitened

FAMILIES = tuple(MAKERS)
"""What can be rendered."""

Share = Annotated[float, Field(ge=0, le=1)]


class StudioSettings(BaseModel):
    """What the studio renders, beside the seed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    families: tuple[str, ...] = FAMILIES
    """Families to choose from."""
    grounds: tuple[Literal[GROUNDS], ...] = ()  # type: ignore[valid-type]
    """Grounds to choose from; empty: all, plain ones more often."""
    white: Share = 0.12
    """Share of pictures with a white product on white."""
    clutter: Share = 0.2
    """Share of pictures in which other things stand about."""
    noise: Annotated[float, Field(ge=0, le=10)] = 1.0
    """Factor of the camera's noise."""
    views: Annotated[int, Field(ge=1)] = 1
    """Pictures of one product: seeds n·views … n·views + views − 1 show the same one."""


@dataclass(frozen=True, eq=False)
class Render:
    """A picture and its truth, all H×W and of the same lens."""

    rgb: Plane
    """H×W×3 uint8 sRGB, as the camera's file has it."""
    clean: Plane
    """H×W×3 uint8 sRGB before noise, sharpening and compression."""
    alpha: Floats
    """float32 0..1: coverage of the product; of glass, the share of what is behind it that does not come through."""
    foreground: Plane
    """H×W×3 uint8 sRGB: the product's own colours as in `clean`, without the ground's; spread over where alpha is 0."""
    depth: Floats
    """float32, metres along the optical axis, of product, ground and all else; not blurred."""
    normals: Floats
    """H×W×3 float32 unit vectors: x right, y down, z towards the camera; of product, ground and all else."""
    shadow: Floats
    """float32 0..1: share of the light on the ground that the product takes, also where it hides the ground."""
    family: str
    product: str
    """Names the product: pictures with the same one show the same thing."""
    materials: tuple[str, ...]
    ground: str
    light: str
    focal: float
    """The camera's focal length in pixels; its axis goes through the middle of the picture."""
    gain: float
    """What the camera multiplied the light with."""

    @property
    def words(self) -> tuple[str, ...]:
        """What is in the picture: family, materials, ground, light."""
        return (self.family, *self.materials, self.ground, self.light)

    @property
    def cutout(self) -> Plane:
        """H×W×4 uint8 sRGB with alpha: the product alone."""
        return np.dstack((self.foreground, eight_bit(self.alpha)))


@dataclass(frozen=True, eq=False)
class Setup:
    """What is before the camera, and how the camera is held; what a picture is rendered of."""

    staged: Staged
    taken: Exposure
    softness: float
    family: str
    product: str
    materials: tuple[str, ...]


def render(
    seed: int, size: int | tuple[int, int] = 320, family: str | None = None, settings: StudioSettings | None = None
) -> Render:
    """The picture of this seed: `size` pixels square, or (height, width). Equal arguments give equal bytes.

    `family` is one of FAMILIES; without it the seed chooses one. Raises UnknownName for another.
    """
    setup = set_up(seed, size, family, settings)
    return photo(setup, light_of(setup.staged.scene, setup.softness), seed)


def set_up(seed: int, size: int | tuple[int, int], family: str | None, settings: StudioSettings | None) -> Setup:
    """Make the product of this seed and put it before a camera."""
    asked = settings or StudioSettings()
    for name in asked.families if family is None else (family,):
        if name not in MAKERS:
            raise UnknownName(f"The studio has no family {name!r}. {nearest(name, list(FAMILIES))}")
    number = seed // asked.views
    making, taking = np.random.default_rng([number, 1]), np.random.default_rng([seed, 2])
    chosen = family or str(making.choice(list(asked.families)))
    product = MAKERS[chosen](making)
    plain = bool(making.uniform() < asked.white)
    if plain:
        product = whitened(product, making)
    shape = (size, size) if isinstance(size, int) else size
    placed = staged(product, taking, shape, plain=plain, clutter=asked.clutter, grounds=asked.grounds)
    soft = float(taking.choice([0.0, taking.uniform(0.5, 3.0), taking.uniform(3, 9)], p=[0.4, 0.4, 0.2]))
    return Setup(placed, exposure(taking, asked.noise), soft, chosen, f"studio-{chosen}-{number}", product.materials)


def photo(setup: Setup, light: Light, seed: int, gain: float | None = None) -> Render:
    """What the camera makes of `light`; the seed is the noise's. `gain`: an exposure that is given, not chosen."""
    taken = setup.taken
    full, alpha, own, shadow = (through_lens(plane, taken) for plane in (light.full, light.alpha, light.own, light.shadow))
    gain = gain_of(full, alpha, taken) if gain is None else gain
    return Render(
        rgb=photographed(full, gain, taken, np.random.default_rng([seed, 3])),
        clean=eight_bit(developed(full, gain, taken)),
        alpha=np.clip(alpha, 0, 1),
        foreground=eight_bit(developed(spread(np.maximum(own, 0), alpha), gain, taken)),
        depth=light.depth,
        normals=light.normal,
        shadow=np.clip(shadow, 0, 1),
        family=setup.family,
        product=setup.product,
        materials=setup.materials,
        ground=setup.staged.ground,
        light=setup.staged.light,
        focal=setup.staged.scene.camera.pixels,
        gain=gain,
    )
