"""Profiles of printers (CMYK): found on this machine by name, because those that printers ask for may not be shipped.

Debian's `libgs-common` brings `default_cmyk.icc`; printing houses name theirs (ISO Coated v2, PSO Coated v3, SWOP, GRACoL) and
eci.org and color.org give them away. PACKSHOT_ICC_DIR names a folder of further profiles.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from packshot.errors import BadParameters, nearest
from packshot.imaging import colour
from packshot.plugin.frame import Plane

_SYSTEM_FOLDERS = ("/usr/share/color/icc", "/usr/local/share/color/icc")
_SUFFIXES = (".icc", ".icm")
_COLOUR_SPACE, _CMYK = slice(16, 20), b"CMYK"


def print_profile(name: str) -> bytes:
    """The CMYK profile in the file `name` (no folder) of this machine's profile folders. BadParameters names those there are."""
    found = {path.name: path for path in _profiles()}
    if name not in found:
        there = f"{nearest(name, sorted(found))} " if found else "There is none on this machine. "
        raise BadParameters(
            f"There is no CMYK profile {name!r}. {there}Debian's libgs-common brings default_cmyk.icc; "
            "put the profile that your printing house asks for into the folder that PACKSHOT_ICC_DIR names."
        )
    return found[name].read_bytes()


def to_cmyk(rgb: Plane, icc: bytes) -> Plane:
    """H×W×3 sRGB uint8 as H×W×4 CMYK uint8 (255 is full ink), relative colorimetric with black point compensation."""
    return np.asarray(colour.from_srgb(Image.fromarray(np.ascontiguousarray(rgb)), icc, "CMYK"))


def _profiles() -> Iterator[Path]:
    own = os.environ.get("PACKSHOT_ICC_DIR")
    for folder in (*_SYSTEM_FOLDERS, *([own] if own else [])):
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.lower() in _SUFFIXES and path.is_file() and _is_cmyk(path):
                yield path


def _is_cmyk(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(128)[_COLOUR_SPACE] == _CMYK and bool(ImageCms.getOpenProfile(str(path)))
    except (OSError, ImageCms.PyCMSError):
        return False
