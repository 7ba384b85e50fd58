"""Pictures that every operation must cope with, made by code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from packshot.imaging.encode import encode
from packshot.plugin.frame import Frame

ODD_SIZES = ((1, 1), (2, 3), (1, 17), (33, 1), (31, 37), (1, 5000), (5000, 1))
"""Height and width, pixels."""
QUARTER = (500, 500)
MEGAPIXEL = (1000, 1000)
HUGE = (3000, 4000)


@dataclass(frozen=True)
class Example:
    """A picture, and what to call it where it goes wrong."""

    words: str
    frame: Frame


NOTHING = Example("no picture", Frame({}))
"""What a generator gets."""


def product(height: int = 48, width: int = 64, seed: int = 0) -> Frame:
    """A coloured block with some noise on a light ground, uint8."""
    noise = np.random.default_rng(seed).normal(0, 4, (height, width, 3)).astype(np.float32)
    rgb = np.full((height, width, 3), 228, np.float32)
    rgb[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None] = (170, 60, 40)
    return Frame.of(np.clip(rgb + noise, 0, 255).astype(np.uint8))


def with_alpha(frame: Frame) -> Frame:
    """`frame` with its ground cut away, one soft pixel at the edge."""
    alpha = np.zeros((frame.height, frame.width), np.uint8)
    top, left = frame.height // 4, frame.width // 4
    alpha[top : frame.height - top, left : frame.width - left] = 255
    alpha[top, left : frame.width - left] = 128
    return frame.with_planes(alpha=alpha)


def with_all_planes(frame: Frame) -> Frame:
    """`frame` with a depth plane, near at the bottom, and a mask of a patch in the middle."""
    height, width = frame.height, frame.width
    depth = np.repeat(np.linspace(0, 1, height, dtype=np.float32)[:, None], width, axis=1)
    return frame.with_planes(depth=depth, mask=patch(height, width).rgb[..., 0])


def patch(height: int, width: int) -> Frame:
    """A mask as people give one: a white patch in the middle of black."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[height // 3 : -(height // 3) or None, width // 3 : -(width // 3) or None] = 255
    return Frame.of(rgb)


def sixteen_bit(frame: Frame) -> Frame:
    """`frame` as it comes from a 16-bit file, with steps that 8 bits cannot tell apart."""
    planes = {name: frame.planes[name].astype(np.uint16) * 257 for name in ("rgb", "alpha") if name in frame.planes}
    planes["rgb"] ^= np.uint16(3)
    return frame.with_planes(**planes)


def usual() -> Iterator[Example]:
    """A product as it comes, cut out, with every plane, and exported."""
    cut = with_alpha(product())
    yield Example("a 48×64 picture", product())
    yield Example("a 48×64 picture with alpha", cut)
    yield Example("a 48×64 picture with alpha, depth and a mask", with_all_planes(cut))
    yield Example("an exported 48×64 picture", product().with_file(encode(product(), "png")))


def odd() -> Iterator[Example]:
    """Tiny, thin and odd pictures, with and without alpha."""
    for height, width in ODD_SIZES:
        yield Example(f"a {height}×{width} picture", product(height, width))
        yield Example(f"a {height}×{width} picture with alpha", with_alpha(product(height, width)))


def flat() -> Iterator[Example]:
    """All black and all white, opaque and wholly clear."""
    for level, colour in ((0, "black"), (255, "white")):
        frame = Frame.of(np.full((20, 24, 3), level, np.uint8))
        yield Example(f"an all {colour} picture", frame)
        yield Example(f"an all {colour} picture that is wholly clear", frame.with_planes(alpha=np.zeros((20, 24), np.uint8)))


def hard() -> Iterator[Example]:
    """Products that are hard to see or to keep whole: white on white, see-through, cut off by the picture's edge."""
    white = Frame.of(np.full((48, 64, 3), 255, np.uint8))
    white.rgb[12:36, 16:48] = 250
    yield Example("a white product on white", white)
    yield Example("a cut-out white product on white", with_alpha(white))
    glass = with_alpha(product())
    yield Example("a see-through product", glass.with_planes(alpha=glass.planes["alpha"] // 3))
    alpha = np.zeros((48, 64), np.uint8)
    alpha[:, 20:] = 255
    yield Example("a product that touches three sides of the picture", product().with_planes(alpha=alpha))
    yield Example("a product that fills the picture", product().with_planes(alpha=np.full((48, 64), 255, np.uint8)))


def deep() -> Iterator[Example]:
    """16-bit pictures, with and without alpha."""
    yield Example("a 16-bit picture", sixteen_bit(product()))
    yield Example("a 16-bit picture with alpha", sixteen_bit(with_alpha(product())))
