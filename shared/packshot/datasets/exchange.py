"""What data-set formats share: where pictures lie in a folder, and how they get in and out of a store."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Protocol

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Label
from packshot.datasets.masks import Box, Inside, box_of, inside, read_mask, write_mask
from packshot.errors import BadParameters, BadPhoto
from packshot.imaging.sniff import PictureHeader, sniff

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/tiff": ".tif", "image/bmp": ".bmp"}


class Blobs(Protocol):
    """Where pictures and masks are kept: an ArtifactStore, or one behind HTTP."""

    async def get(self, ref: ArtifactRef | str) -> bytes:
        """A blob's bytes."""

    async def put(self, content: bytes | memoryview, media_type: str) -> ArtifactRef:
        """Keep a blob."""


def file_name(item: Item) -> str:
    """What an item's picture is called in a folder: its product for people, its digest so that it is the only one."""
    product = re.sub(r"[^\w.-]+", "-", item.product)[:60].strip("-.") or "picture"
    return f"{product}-{item.picture.digest[:12]}{SUFFIXES.get(item.picture.media_type, '.img')}"


async def save_picture(item: Item, folder: Path, blobs: Blobs) -> None:
    """Write an item's picture into `folder`, unless it is there."""
    path = folder / file_name(item)
    if not path.exists():
        content = await blobs.get(item.picture)
        await asyncio.to_thread(path.write_bytes, content)


async def take_picture(path: Path, blobs: Blobs) -> tuple[ArtifactRef, PictureHeader]:
    """Keep a picture of unknown origin. Raises BadParameters naming the file if it is none that packshot takes."""
    try:
        content = await asyncio.to_thread(path.read_bytes)
        header = sniff(content)
    except (BadPhoto, OSError) as error:
        raise BadParameters(f"{path} cannot be taken: {error}") from error
    return await blobs.put(content, header.media_type), header


async def mask_of_label(label: Label, item: Item, blobs: Blobs) -> Inside | None:
    """H×W bool, or None where the label has no mask."""
    if label.mask is None:
        return None
    return inside(read_mask(await blobs.get(label.mask), item.height, item.width))


async def label_of(category: str, box: Box | None, where: Inside | None, by: str, blobs: Blobs) -> Label:
    """A label; where only the mask is known, the box is the one around it."""
    mask = None if where is None else await blobs.put(write_mask(where), "image/png")
    return Label(category=category, box=box_of(where) if box is None and where is not None else box, mask=mask, by=by)


def within(folder: Path, name: str) -> Path:
    """The path `name` in `folder`. Raises BadParameters if it leads out of it."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BadParameters(f"{name!r} leads out of {folder}.")
    return path
