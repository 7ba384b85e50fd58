"""`inspect.sharpness`, `exposure`, `noise`, `blockiness`, `resolution`, and `inspect.measures` with all of them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_inspect.blockiness import blockiness
from packshot_inspect.exposure import exposure
from packshot_inspect.noise import noise_sigma
from packshot_inspect.resolution import resolution
from packshot_inspect.sharpness import edge_width, laplacian_variance
from packshot_inspect.subject import luma, subject_mask


class MeasureParams(BaseModel):
    """The measures take no parameters."""

    model_config = ConfigDict(extra="forbid")


class Sharpness(Operation[MeasureParams]):
    """Measures how sharp the product is: variance of the Laplacian, and the width of its edges in pixels."""

    name, version, stage, Params = "inspect.sharpness", "1.0.0", "quality-check", MeasureParams
    title = "Sharpness"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: MeasureParams, run: Run) -> Frame:
        """Adds a finding, changes no pixel."""
        return frame.with_finding(self.name, sharpness(frame))


class Exposure(Operation[MeasureParams]):
    """Measures how the product is lit: percentiles, clipping, contrast.

    Up to 41 bytes a pixel are needed: percentiles are of all pixels at once.
    """

    name, version, stage, Params = "inspect.exposure", "1.0.0", "quality-check", MeasureParams
    title = "Exposure"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: MeasureParams, run: Run) -> Frame:
        """Adds a finding, changes no pixel."""
        return frame.with_finding(self.name, {**exposure(frame.rgb, luma(frame.rgb), subject_mask(frame))})


class Noise(Operation[MeasureParams]):
    """Measures how noisy the product's pixels are."""

    name, version, stage, Params = "inspect.noise", "1.0.0", "quality-check", MeasureParams
    title = "Noise"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: MeasureParams, run: Run) -> Frame:
        """Adds a finding, changes no pixel."""
        return frame.with_finding(self.name, noise(frame))


class Blockiness(Operation[MeasureParams]):
    """Measures traces of strong JPEG compression: how much steeper steps are at block borders than inside blocks."""

    name, version, stage, Params = "inspect.blockiness", "1.0.0", "quality-check", MeasureParams
    title = "Blockiness"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: MeasureParams, run: Run) -> Frame:
        """Adds a finding, changes no pixel."""
        return frame.with_finding(self.name, blocks(frame))


class Resolution(Operation[MeasureParams]):
    """Measures how many pixels picture and product have, and how many of them carry detail."""

    name, version, stage, Params = "inspect.resolution", "1.0.0", "quality-check", MeasureParams
    title = "Resolution"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: MeasureParams, run: Run) -> Frame:
        """Adds a finding, changes no pixel."""
        return frame.with_finding(self.name, resolution(frame))


class Measures(Operation[MeasureParams]):
    """Measures sharpness, exposure, noise, blockiness and resolution of the product in one go.

    Up to 41 bytes a pixel are needed: percentiles are of all pixels at once.
    """

    name, version, stage, Params = "inspect.measures", "1.1.0", "quality-check", MeasureParams
    title = "Measures"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: MeasureParams, run: Run) -> Frame:
        """Adds a finding, changes no pixel."""
        lit = exposure(frame.rgb, luma(frame.rgb), subject_mask(frame))
        found = {"sharpness": sharpness(frame), "exposure": {**lit}, "noise": noise(frame)}
        return frame.with_finding(self.name, {**found, "blockiness": blocks(frame), "resolution": resolution(frame)})


def sharpness(frame: Frame) -> dict[str, Any]:
    """`laplacian_variance` (0..255 scale) and `edge_width_px` (None without edges)."""
    brightness, mask = luma(frame.rgb), subject_mask(frame)
    width = edge_width(brightness, mask)
    return {
        "laplacian_variance": round(laplacian_variance(brightness, mask), 2),
        "edge_width_px": None if width is None else round(width, 2),
    }


def noise(frame: Frame) -> dict[str, Any]:
    """`sigma` on the scale of 0..255; None where nothing is between black and white."""
    sigma = noise_sigma(luma(frame.rgb), subject_mask(frame))
    return {"sigma": None if sigma is None else round(sigma, 2)}


def blocks(frame: Frame) -> dict[str, Any]:
    """`blockiness`: 0 without, above 1 visible; None where it cannot be told."""
    found = blockiness(luma(frame.rgb), subject_mask(frame))
    return {"blockiness": None if found is None else round(found, 3)}
