"""A line of text as a shape, in a font that has its letters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from packshot.errors import BadParameters

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
_FIRST = ("NotoSansCJK", "SourceHanSans", "wqy-", "DroidSansFallback", "DejaVuSans.ttf")
"""Fonts that are tried before others: those with Chinese letters, then a plain one."""
_BASE = 64

Font = ImageFont.FreeTypeFont


def lettered(text: str, height: int, font: str | None = None, *, whole_line: bool = False) -> npt.NDArray[np.float32]:
    """`text` (not blank) as coverage 0..1, `height` pixels high; `font` is a file in the system's folders.

    Cut to its letters, or the `whole_line` with room for the font's tallest and deepest, so that texts below each other look of
    one size. Raises BadParameters when there is no such font, or none has the letters.
    """
    face = _face(text, font)
    # Drawn large and shrunk, so that the height is that of these letters and not of the font's tallest.
    drawn = _drawn(text, face.font_variant(size=max(_BASE, 2 * height)), whole_line)
    size = max(1, round(drawn.width * height / drawn.height)), height
    return np.asarray(drawn.resize(size, Image.Resampling.BOX), np.float32) / np.float32(255)


def _drawn(text: str, face: Font, whole_line: bool) -> Image.Image:
    left, top, right, bottom = face.getbbox(text)
    if whole_line:
        top, bottom = 0, sum(face.getmetrics())
    canvas = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))))
    ImageDraw.Draw(canvas).text((-left, -top), text, font=face, fill=255)
    return canvas


@lru_cache(maxsize=32)
def _face(text: str, font: str | None) -> Font:
    files = [path for folder in _FOLDERS for path in sorted(Path(folder).rglob("*.[to]t[fc]"))]
    if font is not None:
        named = [path for path in files if path.name == font]
        if not named:
            raise BadParameters(f"This machine has no font {font!r}. Install it, or leave `font` out to take one that fits.")
        files = named
    elif text.isascii():
        return _default()
    ranked = sorted(files, key=lambda path: next((rank for rank, name in enumerate(_FIRST) if name in path.name), len(_FIRST)))
    for path in ranked:
        face = ImageFont.truetype(str(path), _BASE)
        if _has(face, text):
            return face
    raise BadParameters(
        f"No font of this machine has all letters of {text!r}. For Chinese install the Debian package fonts-noto-cjk."
    )


def _default() -> Font:
    face = ImageFont.load_default(_BASE)
    assert isinstance(face, ImageFont.FreeTypeFont)
    return face


def _has(face: Font, text: str) -> bool:
    """Whether every letter has a shape of its own: fonts draw one and the same box for what they lack."""
    missing = bytes(face.getmask("\U0010fffe"))
    return all(letter.isspace() or bytes(face.getmask(letter)) != missing for letter in text)
