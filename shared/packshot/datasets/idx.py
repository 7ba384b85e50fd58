"""IDX files, as MNIST and Fashion-MNIST come in: an array of bytes with its shape before it, often gzipped."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from packshot.errors import BadParameters

Bytes = npt.NDArray[np.uint8]

_BYTES = 0x08
_MOST = 1 << 31


def read_idx(path: Path, dimensions: int) -> Bytes:
    """The array in a file of bytes that has so many dimensions: 3 for grey pictures (N×H×W), 1 for their labels (N).

    Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits": two zero bytes, the kind of number, how many
    dimensions, and each dimension as four bytes, the highest first. Raises BadParameters for another file, or one of 2 GB.
    """
    try:
        with gzip.open(path) if _is_gzipped(path) else path.open("rb") as file:
            head = file.read(4 + 4 * dimensions)
            if head[:4] != bytes((0, 0, _BYTES, dimensions)) or len(head) < 4 + 4 * dimensions:
                raise BadParameters(f"{path} is no IDX file of bytes in {dimensions} dimensions.")
            shape = tuple(int(size) for size in np.frombuffer(head, ">u4", dimensions, 4))
            size = int(np.prod(shape, dtype=object))
            if size >= _MOST:
                raise BadParameters(f"{path} says that it holds {size:,} bytes, and 2 GB is the most that is read.")
            content = file.read(size + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadParameters(f"{path} cannot be read: {error}.") from error
    if len(content) != size:
        raise BadParameters(f"{path} says that it holds {size:,} bytes, and has {'more' if len(content) > size else 'fewer'}.")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _is_gzipped(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"
