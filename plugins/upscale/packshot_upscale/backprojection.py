"""`upscale.backprojection`: an enlargement that would be the picture again if it were shrunk."""

from __future__ import annotations

from pydantic import Field

from packshot.plugin.frame import Plane
from packshot_upscale.bicubic import resized
from packshot_upscale.classical import ClassicalParams, ClassicalUpscale


class BackProjectionParams(ClassicalParams):
    """What `upscale.backprojection` takes."""

    rounds: int = Field(10, ge=1, le=50, description="How often what is missing is added; more is sharper, and rings at edges")


class BackProjection(ClassicalUpscale[BackProjectionParams]):
    """Enlarges so that shrinking gives the picture back: sharper than Lanczos, the best without a network. For clean pictures:
    noise and blocks of compression are sharpened too.

    M. Irani, S. Peleg, "Improving resolution by image registration", CVGIP: Graphical Models and Image Processing 53(3), 1991,
    equation 4, for one picture: what the enlargement lacks when it is shrunk is enlarged and added. It shrinks and
    enlarges again some ten times: up to half a second a megapixel of the result.
    """

    name, version, Params = "upscale.backprojection", "1.0.0", BackProjectionParams
    title = "Enlarge (back-projection)"
    reach = 18

    def enlarged(self, rgb: Plane, params: BackProjectionParams) -> Plane:
        """See ClassicalUpscale."""
        height, width = rgb.shape[:2]
        large = resized(rgb, params.factor * height, params.factor * width)
        for _ in range(params.rounds):
            large += resized(rgb - resized(large, height, width), *large.shape[:2])
        return large
