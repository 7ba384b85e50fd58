"""Pictures that may be shown: renders of the studio, and photos that come with scikit-image and are in the public domain."""

from __future__ import annotations

from functools import lru_cache

from skimage import data

from packshot.plugin.frame import Plane
from packshot.studio.render import Render, render

FIRST = 900_000_000
"""Seeds from here: far from those that trainings draw."""
RENDERS, SIDE = 40, 448
PHOTOS = ("astronaut", "chelsea", "coffee", "rocket")


@lru_cache(maxsize=64)
def rendered(number: int) -> Render:
    """A product photo that never was."""
    return render(FIRST + number, size=SIDE)


def clean_pictures() -> list[str]:
    """Names of pictures without noise: every third render, and the photos."""
    return [*PHOTOS, *(f"studio-{number}" for number in range(0, RENDERS, 3))]


def clean_picture(name: str) -> Plane:
    """H×W×3 uint8."""
    if name in PHOTOS:
        photo: Plane = getattr(data, name)()
        return photo
    return rendered(int(name.partition("-")[2])).clean
