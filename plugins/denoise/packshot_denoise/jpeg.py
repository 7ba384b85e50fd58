"""`denoise.jpeg`: blocks and ringing of JPEG compression."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np

from packshot.plugin.frame import Plane
from packshot_denoise.compression import Compression, Table
from packshot_denoise.dct import HARD, cut, wiener
from packshot_denoise.mender import JpegMender, JpegParams
from packshot_denoise.sliding import PILOT_PHASES, over_all_phases

_LOW = (0, 1, 2, 8, 9, 10, 16, 17, 18)
_SHARE, _COLOUR_SHARE = 0.5, 0.4
"""Of q^1.3; best of 0.3 to 1 for brightness and colour from quality 10 to 70."""


class Jpeg(JpegMender):
    """Takes the blocks, ringing and colour smear of JPEG compression away. Use it first: after a resize the traces are lost.

    A sliding cosine transform over shifted grids, as in A. Nosratinia, "Denoising JPEG images by re-application of JPEG", J. VLSI
    Signal Processing 27, 2001, but shrinking instead of rounding (as denoise.dct does), with the noise that the quantisation
    table makes: σ² ~ q^1.3 (A. Foi, V. Katkovnik, K. Egiazarian, "Pointwise shape-adaptive DCT", IEEE TIP 16(5), 2007), half by
    each coefficient's own step q and half by the mean of the lowest nine. Takes half a second
    to a second a megapixel on one core, for the same reason as denoise.dct: many transforms of every plane.
    """

    name, version, stage, Params = "denoise.jpeg", "1.1.0", "preprocess", JpegParams
    title = "Remove JPEG artefacts"
    halo = 48

    def mended(self, rgb: Plane, compression: Compression, strength: float) -> Plane:
        """Brightness and each colour by itself."""
        return _cleaned(rgb, compression, strength)


def _cleaned(rgb: Plane, compression: Compression, strength: float) -> Plane:
    brightness_table, colour_table = compression.tables()
    planes = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)
    planes[..., 0] = _smoothed(np.ascontiguousarray(planes[..., 0]), _variances(brightness_table, _SHARE * strength**2))
    smooth = _smoothed if compression.full_colour else _smoothed_at_half_size
    variances = _variances(colour_table, _COLOUR_SHARE * strength**2)
    for colour in (1, 2):
        planes[..., colour] = smooth(np.ascontiguousarray(planes[..., colour]), variances)
    cleaned: Plane = cv2.cvtColor(planes, cv2.COLOR_YCrCb2RGB)
    return cleaned


def _variances(table: Table, share: float) -> Plane:
    """64: what noise each coefficient is expected to have, of 1."""
    mean = table[list(_LOW)].mean()
    variances: Plane = (share * (mean**1.3 + table**1.3) / 2 / 255**2).astype(np.float32)
    return variances


def _smoothed(plane: Plane, variances: Plane) -> Plane:
    pilot = over_all_phases([plane], partial(cut, threshold=np.float32(HARD) * np.sqrt(variances)), PILOT_PHASES)
    return over_all_phases([plane, pilot], partial(wiener, variance=variances))


def _smoothed_at_half_size(plane: Plane, variances: Plane) -> Plane:
    """Colours were stored at half size, with 8×8 blocks of their own."""
    height, width = plane.shape
    half = cv2.resize(plane, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    correction = cv2.resize(_smoothed(half, variances) - half, (width, height), interpolation=cv2.INTER_LINEAR)
    changed: Plane = plane + correction
    return changed
