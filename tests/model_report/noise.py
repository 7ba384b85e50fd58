"""White noise of three strengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import skimage
from skimage import restoration

from packshot.evaluation.measures import restoration as restored
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Plane
from tests.model_report.case import Aim, Case, Column, Given, Method, Sample, Section, Table
from tests.model_report.ours import restores
from tests.model_report.own import clean_picture, clean_pictures
from tests.model_report.sets import pictures_of, read_rgb

SIGMAS = (15, 25, 50)
SETS = ("kodak24", "mcmaster18")
FEW = 6
"""Pictures of a set, for the methods that nobody would choose here."""
LEARNED = "denoise.cnn"
NLM = "OpenCV fastNlMeansDenoisingColored"


def sigma_of(given: Given) -> dict[str, float]:
    """What operations are told."""
    return {"sigma": given.level}


def section(data: Path) -> Section:
    """The cases of a folder of sets, and of pictures of our own."""
    methods = [
        Method("noisy", "noisy", lambda given: to_bytes(given.picture)),
        Method(NLM, f"cv2 {cv2.__version__} h .6", opencv_nlm),
        Method("scikit-image denoise_nl_means", f"skimage {skimage.__version__} nlm {MEANS}", skimage_nlm, most=FEW),
        Method("scikit-image denoise_wavelet", f"skimage {skimage.__version__} wavelet", skimage_wavelet, most=FEW),
        Method("scikit-image denoise_tv_chambolle", f"skimage {skimage.__version__} tv {VARIATION}", skimage_tv, most=FEW),
        Method("OpenCV bilateralFilter", f"cv2 {cv2.__version__} bilateral {BILATERAL}", opencv_bilateral, most=FEW),
        restores("denoise.bilateral", told=sigma_of, most=FEW),
        restores("denoise.wavelet", told=sigma_of, most=FEW),
        restores("denoise.nlm", told=sigma_of),
        restores("denoise.dct", told=sigma_of),
        restores("denoise.dct", "denoise.dct, σ measured", most=FEW),
        restores(LEARNED, told=sigma_of),
        restores(LEARNED, f"{LEARNED}, σ measured"),
    ]
    cases = [case(name, sigma, [(path.stem, partial(read_rgb, path)) for path in pictures_of(data / name)])
             for name in SETS for sigma in SIGMAS]  # fmt: skip
    own = [case("own", sigma, [(name, partial(clean_picture, name)) for name in clean_pictures()], free=True) for sigma in (25,)]
    columns = [(f"{name} σ{sigma}", "psnr") for name in SETS for sigma in SIGMAS]
    aims = [
        *(
            Aim(("kodak24 σ" + str(sigma), "psnr"), gpu, cpu)
            for sigma, gpu, cpu in zip(SIGMAS, KODAK["FFDNet"], KODAK["CBM3D"], strict=True)
        ),
        *(Aim(("mcmaster18 σ" + str(sigma), "psnr"), gpu) for sigma, gpu in zip(SIGMAS, MCMASTER["FFDNet"], strict=True)),
    ]
    table = Table("PSNR in dB", [*columns, ("own σ25", "psnr"), ("own σ25", "seconds")], _published(columns))
    return Section("denoise", "Noise", LEARNED, [*cases, *own], methods, [table], aims, "psnr")


KODAK = {"CBM3D": (34.28, 31.68, 28.46), "FFDNet": (34.63, 32.13, 28.98), "DRUNet (32.6 M weights)": (35.31, 32.89, 29.86)}
MCMASTER = {"CBM3D": (34.06, 31.66, 28.51), "FFDNet": (34.66, 32.35, 29.18), "DRUNet (32.6 M weights)": (35.40, 33.14, 30.08)}


MEANS = 0.5
VARIATION: Mapping[int, float] = {15: 0.7, 25: 0.8, 50: 1.0}
BILATERAL: Mapping[int, float] = {15: 4.0, 25: 5.0, 50: 6.0}
"""Strengths, in standard deviations of the noise."""


def _published(columns: list[Column]) -> dict[str, dict[Column, float]]:
    return {name: dict(zip(columns, (*KODAK[name], *MCMASTER[name]), strict=True)) for name in KODAK}


def case(name: str, sigma: int, pictures: list[tuple[str, Callable[[], Plane]]], *, free: bool = False) -> Case:
    """Pictures with noise; a gallery of the middle strength."""

    def opened(read: Callable[[], Plane]) -> tuple[Given, Plane]:
        truth = read()
        return Given(noisy(truth, sigma), sigma), truth

    samples = [Sample(stem, partial(opened, read)) for stem, read in pictures]
    return Case(f"{name} σ{sigma}", samples, lambda _, truth, answer: restored(truth, answer), gallery=sigma == 25, free=free)


def noisy(truth: Plane, sigma: float) -> Plane:
    """H×W×3 float32, with numpy's seed 0."""
    return (truth / 255 + np.random.RandomState(0).normal(0, sigma / 255, truth.shape)).astype(np.float32)


def opencv_nlm(given: Given) -> Plane:
    """As OpenCV's own sample has it, but for its strength."""
    strength = 0.6 * given.level
    return cv2.fastNlMeansDenoisingColored(to_bytes(given.picture), None, strength, strength, 7, 21)


def skimage_nlm(given: Given) -> Plane:
    """Fast mode, with its documentation's 5 and 6."""
    level = given.level / 255
    options = {"h": MEANS * level, "sigma": level, "fast_mode": True, "channel_axis": -1}
    return to_bytes(restoration.denoise_nl_means(given.picture, 5, 6, **options))


def skimage_wavelet(given: Given) -> Plane:
    """BayesShrink in YCbCr."""
    options = {"method": "BayesShrink", "mode": "soft", "convert2ycbcr": True, "rescale_sigma": True, "channel_axis": -1}
    return to_bytes(restoration.denoise_wavelet(np.clip(given.picture, 0, 1), sigma=given.level / 255, **options))


def skimage_tv(given: Given) -> Plane:
    """Chambolle's total variation."""
    return to_bytes(
        restoration.denoise_tv_chambolle(given.picture, weight=VARIATION[given.level] * given.level / 255, channel_axis=-1)
    )


def opencv_bilateral(given: Given) -> Plane:
    """On 8 bits, as it is mostly used."""
    return cv2.bilateralFilter(to_bytes(given.picture), 9, BILATERAL[given.level] * given.level, 2.0)
