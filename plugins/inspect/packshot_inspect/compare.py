"""`inspect.psnr`, `inspect.ssim`, `inspect.ms_ssim`, `inspect.delta_e`: how alike a picture is to a reference, and all in one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from packshot.errors import BadParameters
from packshot.imaging.cielab import delta_e, to_lab
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_inspect.likeness import ms_ssim, psnr, ssim
from packshot_inspect.subject import luma

_REFERENCE = {"reference": "The picture to compare with, of the same size"}

Figures = dict[str, Any]


class CompareParams(BaseModel):
    """Comparisons take no parameters."""

    model_config = ConfigDict(extra="forbid")


class _Comparison(Operation[CompareParams]):
    """Compares with a reference."""

    version, stage, Params = "1.0.0", "quality-check", CompareParams
    takes = Pixels.FLOAT
    inputs = _REFERENCE
    figures: tuple[Callable[[Frame, Frame], Figures], ...]

    def run(self, frame: Frame, params: CompareParams, run: Run) -> Frame:
        """Adds a finding, changes no pixel. BadParameters without a reference, or for one of another size."""
        reference = _reference(self.name, frame, run)
        found: Figures = {}
        for measure in self.figures:
            found |= measure(frame, reference)
        return frame.with_finding(self.name, found)


def _reference(name: str, frame: Frame, run: Run) -> Frame:
    reference = run.inputs.get("reference")
    if reference is None:
        raise BadParameters(f"{name} compares with another picture: name it as the input `reference`.")
    if reference.rgb.shape != frame.rgb.shape:
        sizes = f"{frame.width}×{frame.height} and {reference.width}×{reference.height}"
        raise BadParameters(f"{name} compares pictures of one size, and these have {sizes}: put layout.resize before it.")
    return reference


def _psnr(frame: Frame, reference: Frame) -> Figures:
    found = psnr(frame.rgb, reference.rgb)
    return {"psnr_db": None if found is None else round(found, 7), "identical": found is None}


def _ssim(frame: Frame, reference: Frame) -> Figures:
    return {"ssim": round(ssim(luma(frame.rgb), luma(reference.rgb)), 6)}


def _ms_ssim(frame: Frame, reference: Frame) -> Figures:
    found, scales = ms_ssim(luma(frame.rgb), luma(reference.rgb))
    return {"ms_ssim": round(found, 6), "scales": scales}


def _delta_e(frame: Frame, reference: Frame) -> Figures:
    apart = delta_e(to_lab(frame.rgb), to_lab(reference.rgb))
    return {
        "delta_e_mean": round(float(apart.mean()), 5),
        "delta_e_p95": round(float(np.percentile(apart, 95)), 5),
        "delta_e_max": round(float(apart.max()), 3),
    }


class Psnr(_Comparison):
    """Peak signal-to-noise ratio of all channels against a reference, in dB."""

    name, title, figures = "inspect.psnr", "PSNR", (_psnr,)


class Ssim(_Comparison):
    """Structural similarity of luma to a reference (Wang et al. 2004): 1 is the same.

    Up to 52 bytes a pixel are needed: means and products of both pictures.
    """

    name, title, figures = "inspect.ssim", "SSIM", (_ssim,)


class MsSsim(_Comparison):
    """Structural similarity of luma to a reference at up to five scales (Wang, Simoncelli, Bovik 2003).

    Up to 56 bytes a pixel are needed: means and products of both pictures.
    """

    name, title, figures = "inspect.ms_ssim", "MS-SSIM", (_ms_ssim,)


class DeltaE(_Comparison):
    """Colour difference CIEDE2000 to a reference (Sharma, Wu, Dalal 2005): about 1 is just visible, 2 to 3 at a glance.

    Up to 81 bytes a pixel are needed: both pictures are held in CIELAB.
    """

    name, title, figures = "inspect.delta_e", "Colour difference", (_delta_e,)


class Compare(_Comparison):
    """Compares with a reference by PSNR, SSIM, MS-SSIM and CIEDE2000 in one go.

    Takes 0.2 to 0.6 s a megapixel, most of it for CIEDE2000, and up to 81 bytes a pixel: both pictures in CIELAB.
    """

    name, title, figures = "inspect.compare", "Compare", (_psnr, _ssim, _ms_ssim, _delta_e)
