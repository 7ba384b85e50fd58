"""`denoise.jpeg-cnn`: a network that was trained to mend JPEGs."""

from __future__ import annotations

import numpy as np

from packshot.contracts.operation import Device
from packshot.plugin import Touch
from packshot.plugin.frame import Plane
from packshot.plugin.models import NetOperation
from packshot_denoise.cnn import CnnUse, cleaned_of
from packshot_denoise.compression import Compression
from packshot_denoise.mender import JpegMender, JpegParams

_AT_QUALITY_50 = 0.02
"""About the standard deviation, of 1, of what compression of quality 50 changes in a photo."""


class JpegCnn(NetOperation[JpegParams, CnnUse], JpegMender):
    """Takes away blocks, ringing and colour smear of JPEG compression with a network that packshot has trained. Use it first:
    after a resize the traces are lost.

    It is told the quality, read from the pixels or given, as FBCNN is (J. Jiang, K. Zhang, R. Timofte, "Towards flexible blind
    JPEG artifacts removal", ICCV 2021), in the words of `denoise.cnn`: how far pixels are off.
    """

    family, prefix, handling = "denoise.jpeg-cnn", "denoise", "1"
    ships = "packshot_denoise"
    stage = "preprocess"
    title = "Remove JPEG artefacts"
    Params = JpegParams
    Use = CnnUse
    touch = Touch.ENHANCED
    device = Device(kind="cuda")
    halo = 96

    def mended(self, rgb: Plane, compression: Compression, strength: float) -> Plane:
        """In tiles, so that memory does not grow with the picture."""
        return cleaned_of(self.net, self.use, rgb, strength * level_of(compression))


def level_of(compression: Compression) -> float:
    """What the network is told: about how far compression moves pixels, as a standard deviation of 1.

    Quantisation to steps q makes errors of about √q (see `denoise.jpeg`) where many coefficients become 0.
    """
    return _AT_QUALITY_50 * float(np.sqrt(max(compression.scale, 0.02)))
