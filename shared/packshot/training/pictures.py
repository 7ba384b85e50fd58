"""Opening a training's pictures: read by digest or made, decoded once, and then mapped from a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from packshot.errors import ArtifactDamaged, BadPhoto
from packshot.imaging.decode import decode_colours, within
from packshot.plugin.frame import Plane
from packshot.training.makers import make, maker_of
from packshot.training.picture import Picture
from packshot.training.reader import Reader
from packshot.training.sources import FromData, Made, Source

_LAYOUT = "decoded-1"
"""Another name when pictures are decoded or made otherwise."""


@dataclass(frozen=True)
class Pictures:
    """Opens pictures in any process."""

    reader: Reader
    cache: Path | None
    """Trainings may share it; None: every picture is decoded each time."""

    def open(self, source: Source, planes: tuple[str, ...] = (), longest: int | None = None) -> Picture:
        """The picture with the truth named in `planes`; a data set's is brought down to `longest` pixels of its longer side.

        Raises what the reader raises, and BadPhoto.
        """
        return self.read(source, planes, longest) if isinstance(source, FromData) else self._made(source, planes)

    def read(self, source: FromData, planes: tuple[str, ...] = (), longest: int | None = None) -> Picture:
        """A data set's picture, as `open`."""
        item = source.item
        if longest is not None and longest >= max(item.width, item.height):
            longest = None
        digest = item.picture.digest
        rgb = self._kept(digest, longest, lambda: _colours(self.reader.read(digest), digest, longest))
        truth = {name: self._plane(source, name, longest) for name in planes}
        for name, plane in truth.items():
            if plane.shape[:2] != rgb.shape[:2]:
                raise BadPhoto(f"The plane {name} of the picture {digest} is not of the picture's size.")
        return Picture(rgb, truth, item.category, item.product, digest)

    def _plane(self, source: FromData, name: str, longest: int | None) -> Plane:
        ref = source.item.planes.get(name)
        if ref is not None:
            return self._truth(ref.digest, longest)
        return np.asarray(np.maximum.reduce([self._truth(mask, longest) for mask in source.masks]))

    def _truth(self, digest: str, longest: int | None) -> Plane:
        return self._kept(digest, longest, lambda: _truth(self.reader.read(digest), digest, longest))

    def _made(self, source: Made, planes: tuple[str, ...]) -> Picture:
        if self.cache is None:
            return make(source, self.read)
        paths = {name: self._path(f"{source.name}-{name}") for name in ("rgb", *planes)}
        if not all(path.is_file() for path in paths.values()):
            picture = make(source, self.read)
            for name, path in paths.items():
                _write(path, picture.rgb if name == "rgb" else picture.planes[name])
        rgb, *truth = (_mapped(path) for path in paths.values())
        return Picture(rgb, dict(zip(planes, truth, strict=True)), name=source.name, product=source.name)

    def _kept(self, digest: str, longest: int | None, decoded: Callable[[], Plane]) -> Plane:
        if self.cache is None:
            return decoded()
        path = self._path(digest if longest is None else f"{longest}-{digest}")
        if path.is_file():
            return _mapped(path)
        plane = decoded()
        plane.flags.writeable = False
        _write(path, plane)
        return plane

    def _path(self, key: str) -> Path:
        assert self.cache is not None
        return self.cache / _LAYOUT / key[-2:] / f"{key}.npy"


def has_planes(source: Source, planes: tuple[str, ...]) -> bool:
    """Whether the truth named in `planes` is known; masks that people drew are a truth of alpha."""
    if isinstance(source, Made):
        return set(planes) <= maker_of(source.kind).planes
    drawn = {"alpha"} if source.masks else set[str]()
    return set(planes) <= set(source.item.planes) | drawn


def _colours(content: bytes, digest: str, longest: int | None) -> Plane:
    try:
        rgb = decode_colours(content, longest)
    except BadPhoto as error:
        raise BadPhoto(f"The picture {digest} cannot be trained with: {error}") from error
    return np.asarray(np.rint(rgb / 257), np.uint8) if rgb.dtype == np.uint16 else rgb


def _truth(content: bytes, digest: str, longest: int | None) -> Plane:
    plane: Plane | None = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if plane is None:
        raise ArtifactDamaged(f"The plane {digest} is no PNG that can be read.")
    plane = plane if plane.ndim == 2 else np.ascontiguousarray(plane[..., 2::-1])
    return plane if longest is None else within(plane, longest)


def _write(path: Path, plane: Plane) -> None:
    """So that other processes see all of it or nothing."""
    aside = path.with_name(f".{path.stem}-{os.getpid()}.npy")
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    np.save(aside, plane)
    aside.replace(path)


def _mapped(path: Path) -> Plane:
    return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]
