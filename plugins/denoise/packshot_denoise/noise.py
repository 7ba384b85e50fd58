"""The noise of a photo: measured or given, for each channel."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field, JsonValue

from packshot.imaging.mask import Where
from packshot.plugin import Frame
from packshot.plugin.frame import Plane
from packshot_denoise.opponent import to_opponent
from packshot_denoise.sigma import noise_sigma

Sigmas = npt.NDArray[np.float64]

OPAQUE = 0.99
"""Alpha from which a pixel shows nothing but product."""


class NoiseParams(Where):
    """What every operation takes that has to know how strong the noise is."""

    strength: float = Field(
        1.0, ge=0, le=2, description="How much noise to expect, times what there is; 0 leaves the picture as it is"
    )
    sigma: float | None = Field(
        None, gt=0, le=100, description="Standard deviation of the noise, of 255; none: measured on the photo, for each channel"
    )


@dataclass(frozen=True)
class Noise:
    """Standard deviations, of 1."""

    rgb: Sigmas
    """Of red, green and blue."""
    opponent: Sigmas
    """Of the three planes of `to_opponent`; where noise is alike in all channels, brightness has more of it than colour."""
    coarse: Sigmas
    """The same at half size: half as much where neighbours' noise is independent, more in photos that a camera processed."""
    measured: bool

    def times(self, strength: float) -> Noise:
        """Stronger or weaker noise."""
        return Noise(self.rgb * strength, self.opponent * strength, self.coarse * strength, self.measured)

    def finding(self) -> dict[str, JsonValue]:
        """In the usual scale of 0..255."""
        return {"sigma": [round(float(sigma) * 255, 2) for sigma in self.rgb], "measured": self.measured}


def noise_of(frame: Frame, sigma: float | None) -> Noise | None:
    """The noise of a FLOAT frame's product; None where the picture is too small or too plain to show any."""
    if sigma is not None:
        level = np.full(3, sigma / 255)
        return Noise(level, level, level / 2, measured=False)
    counted = np.ones(frame.rgb.shape[:2], np.bool_) if frame.alpha is None else frame.alpha > OPAQUE
    counted = counted & ~_clipped(frame.rgb)
    colours = [noise_sigma(np.ascontiguousarray(frame.rgb[..., channel]), counted) for channel in range(3)]
    if None in colours:
        return None
    # A colour difference that is the same everywhere, as in a grey photo, has no noise.
    planes = to_opponent(frame.rgb)
    opponent = np.array([noise_sigma(plane, counted) or 0.0 for plane in planes])
    half = halved(counted.astype(np.float32)) == 1
    coarse = np.array([noise_sigma(halved(plane), half) or 0.0 for plane in planes])
    # Texture is finer at half size, so what is measured there can be too much.
    return Noise(np.array(colours, np.float64), opponent, np.clip(coarse, opponent / 2, opponent), measured=True)


def halved(plane: Plane) -> Plane:
    """The means of 2×2 pixels; a last odd row or column is left out. At least 1×1."""
    height, width = (max(side // 2, 1) for side in plane.shape)
    half: Plane = cv2.resize(plane[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)
    return half


def _clipped(rgb: Plane) -> npt.NDArray[np.bool_]:
    """H×W: pixels that lost noise at an end of the scale; floats that go on beyond it have lost nothing."""
    half = np.float32(0.5 / 255)
    clipped = np.zeros(rgb.shape[:2], np.bool_)
    for channel in np.moveaxis(rgb, 2, 0):
        for end in (0, 1):
            clipped |= (channel > end - half) & (channel < end + half)
    return clipped
