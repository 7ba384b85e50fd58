"""What all denoising operations have in common: how strong the noise is, and where the product is."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, TypeVar

from pydantic import JsonValue

from packshot.imaging.adjustment import Adjustment
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_denoise.noise import Noise, NoiseParams, noise_of
from packshot_denoise.product import on_product

P = TypeVar("P", bound=NoiseParams)

LEAST = 0.4 / 255
"""Noise below this is less than what rounding to 8 bits makes: nobody sees it, and taking it out costs texture."""


class Denoiser(Adjustment[P]):
    """Takes out noise of the measured or given strength. What is clear in a cutout neither changes nor bleeds in."""

    takes = Pixels.FLOAT
    halo: ClassVar[int]
    """How many rows beyond a band its result depends on, a multiple of 16."""

    def adjusted(self, frame: Frame, params: P, run: Run) -> Frame:
        """The finding gives the noise of red, green and blue, and says where nothing was done."""
        if params.strength == 0:
            return frame
        noise = noise_of(frame, params.sigma)
        if noise is None:
            why = "The picture is too small or too plain for its noise to be measured. Give sigma if you know it."
            return frame.with_finding(self.name, {"sigma": None, "changed": False, "why": why})
        finding: dict[str, JsonValue] = noise.finding()
        if noise.rgb.max() < LEAST:
            return frame.with_finding(self.name, {**finding, "changed": False, "why": "There is no noise that could be seen."})
        expected = noise.times(params.strength)
        cleaned = on_product(frame, self.halo, lambda band: self.cleaned(band, expected, params))
        return cleaned.with_finding(self.name, {**finding, "changed": True})

    @abstractmethod
    def cleaned(self, rgb: Plane, noise: Noise, params: P) -> Plane:
        """`rgb` (H×W×3 float32, sRGB-encoded) without the noise."""
