"""How far two versions differ, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
import numpy.typing as npt

from packshot.cli.comparing.pairs import Made, Pair, numbers_in
from packshot.contracts.operation import Pixels
from packshot.errors import BadPhoto
from packshot.imaging.decode import decode
from packshot.imaging.pixels import as_pixels
from packshot.imaging.ssim import ssim

GREY = 0.5
"""What transparent parts are compared on: both white and black products show against it."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Likeness:
    """How alike two pictures of one shape are."""

    psnr: float | None
    """Decibels over sRGB 0..1; None where they are equal."""
    ssim: float
    largest: float
    """The largest difference of any channel, 0..1."""


@dataclass(frozen=True)
class Figures:
    """One version over all pairs."""

    version: str
    made: int
    failures: tuple[str, ...]
    median_s: float | None
    median_s_per_megapixel: float | None
    measures: dict[str, float] = field(default_factory=dict)
    """Medians of what operations found, by path."""


@dataclass(frozen=True)
class Report:
    """Two versions compared."""

    one: Figures
    other: Figures
    speed_ratio: float | None
    """Median over photos of the other's seconds ÷ the one's: below 1, the other is faster."""
    psnr: float | None
    ssim: float | None
    """Medians over the pairs that could be compared."""
    equal: int
    """Pairs without any difference."""
    compared: int


def floats_of(picture: bytes) -> Floats:
    """A picture as float32 sRGB 0..1, H×W×3, over grey where it is transparent. Raises BadPhoto."""
    frame = as_pixels(decode(picture), Pixels.FLOAT)
    rgb: Floats = frame.rgb
    if frame.alpha is None:
        return rgb
    alpha = frame.alpha[..., None]
    over: Floats = (rgb * alpha + GREY * (1 - alpha)).astype(np.float32)
    return over


def likeness_of(pair: Pair) -> Likeness | None:
    """None where one of the two is missing, cannot be read, or has another shape."""
    if pair.one.picture is None or pair.other.picture is None:
        return None
    try:
        one, other = floats_of(pair.one.picture), floats_of(pair.other.picture)
    except BadPhoto:
        return None
    if one.shape != other.shape:
        return None
    difference = np.abs(one - other)
    error = float(np.mean(np.square(difference, dtype=np.float64)))
    psnr = None if error == 0 else round(-10 * float(np.log10(error)), 2)
    return Likeness(psnr, round(ssim(one, other, 1.0), 5), round(float(difference.max()), 4))


def report_of(versions: tuple[str, str], pairs: Sequence[Pair], likenesses: Sequence[Likeness | None]) -> Report:
    """The figures of all pairs; `likenesses` in their order."""
    known = [likeness for likeness in likenesses if likeness is not None]
    differing = [likeness.psnr for likeness in known if likeness.psnr is not None]
    ratios = [pair.other.seconds / pair.one.seconds for pair in pairs if pair.one.seconds and pair.other.seconds is not None]
    return Report(
        one=_figures(versions[0], [(pair, pair.one) for pair in pairs]),
        other=_figures(versions[1], [(pair, pair.other) for pair in pairs]),
        speed_ratio=_median(ratios),
        psnr=_median(differing),
        ssim=_median([likeness.ssim for likeness in known]),
        equal=len(known) - len(differing),
        compared=len(known),
    )


def _figures(version: str, made: Sequence[tuple[Pair, Made]]) -> Figures:
    measures: dict[str, list[float]] = {}
    for _, each in made:
        for path, value in numbers_in(each.findings):
            measures.setdefault(path, []).append(value)
    return Figures(
        version=version,
        made=sum(not each.failure for _, each in made),
        failures=tuple(f"{pair.photo}: {each.failure}" for pair, each in made if each.failure),
        median_s=_median([each.seconds for _, each in made if each.seconds is not None]),
        median_s_per_megapixel=_median(
            [each.seconds / pair.megapixels for pair, each in made if each.seconds is not None and pair.megapixels]
        ),
        measures={path: median(values) for path, values in sorted(measures.items())},
    )


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 5) if values else None
