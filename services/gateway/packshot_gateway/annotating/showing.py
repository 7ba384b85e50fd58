"""Pictures for browsers, which cannot show every kind that packshot takes."""

from __future__ import annotations

import numpy as np

from packshot.imaging.decode import decode
from packshot.imaging.encode import encode
from packshot.imaging.pixels import to_depth
from packshot.plugin.frame import Frame

SHOWN_BY_BROWSERS = {"image/jpeg", "image/png", "image/webp", "image/avif", "image/gif", "image/bmp"}


def shown_picture(content: bytes) -> bytes:
    """The picture as a JPEG of the same size, without its alpha."""
    return encode(to_depth(Frame.of(decode(content).rgb), np.uint8), "jpeg").content
