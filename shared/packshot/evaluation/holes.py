"""How well holes were filled, measured inside them alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from packshot.evaluation.measures import psnr
from packshot.imaging.ssim import similarity
from packshot.plugin.frame import Plane


def in_hole(hole: npt.NDArray[np.bool_], truth: Plane, made: Plane) -> dict[str, float]:
    """Of 8-bit pictures (H×W×3) in `hole` (H×W): `psnr` (decibels), `ssim`, and `l1`, the mean difference as a share of white."""
    luminance, structure = similarity(truth, made, 255)
    difference = np.abs(made.astype(np.float32) - truth)[hole] / 255
    return {
        "psnr": psnr(truth[hole], made[hole]),
        "ssim": float((luminance * structure)[hole].mean()),
        "l1": float(difference.mean()),
    }
