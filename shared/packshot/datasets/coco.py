"""Data sets as COCO instances (cocodataset.org/#format-data): `annotations/instances_SIDE.json` beside `images/SIDE/`.

Masks are written as compressed run lengths, which lose nothing; run lengths and polygons are read. What COCO has no word for
(product, category, source and licence of a picture; who labelled it) stands under `packshot`, which other readers pass over.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError

from packshot.contracts.dataset import Item, Label, Manifest, Split
from packshot.contracts.model import Contract, Json
from packshot.datasets import rle
from packshot.datasets.exchange import Blobs, file_name, label_of, mask_of_label, save_picture, take_picture, within
from packshot.datasets.masks import Inside
from packshot.datasets.outlines import fill
from packshot.errors import BadParameters
from packshot.imaging.sniff import PictureHeader

SIDES = {Split.TRAIN: "train", Split.VALIDATION: "val", Split.TEST: "test"}
BY = "file:coco"


class _Image(Contract):
    id: int
    file_name: str
    packshot: dict[str, str] = Field(default_factory=dict)


class _Runs(Contract):
    size: tuple[int, int]
    counts: str | list[int]


class _Annotation(Contract):
    id: int = 0
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float] | None = None
    segmentation: list[list[float]] | _Runs | None = None
    packshot: Json = Field(default_factory=dict)


class _Category(Contract):
    id: int
    name: str


class _File(Contract):
    images: list[_Image]
    annotations: tuple[_Annotation, ...] = ()
    categories: tuple[_Category, ...] = ()


async def export_coco(manifest: Manifest, folder: Path, blobs: Blobs) -> None:
    """Write pictures and labels into `folder`."""
    numbers = {name: number for number, name in enumerate(categories_of(manifest), 1)}
    (folder / "annotations").mkdir(parents=True, exist_ok=True)
    for split, side in SIDES.items():
        items = manifest.of(split)
        if not items:
            continue
        pictures = folder / "images" / side
        pictures.mkdir(parents=True, exist_ok=True)
        written: dict[str, Any] = {
            "info": {"description": manifest.name, "date_created": manifest.created.isoformat()},
            "images": [_image(number, item, side) for number, item in enumerate(items, 1)],
            "annotations": [],
            "categories": [{"id": number, "name": name} for name, number in numbers.items()],
        }
        for number, item in enumerate(items, 1):
            await save_picture(item, pictures, blobs)
            for label in item.labels:
                where = await mask_of_label(label, item, blobs)
                entry = {"id": len(written["annotations"]) + 1, "image_id": number, "category_id": numbers[label.category]}
                written["annotations"].append(entry | _annotation(label, item, where))
        text = json.dumps(written, ensure_ascii=False)
        await asyncio.to_thread((folder / "annotations" / f"instances_{side}.json").write_text, text, "utf-8")


async def import_coco(folder: Path, name: str, blobs: Blobs) -> Manifest:
    """The data set in `folder`, whose JSON files lie in it or in `annotations/`; one named `…val…` or `…test…` is that side.

    Pictures are looked for under `images/`, `images/SIDE/`, `SIDE/` and the folder itself. Raises BadParameters for what is no
    COCO, for pictures that are missing and for masks that do not fit.
    """
    items = [item for path in _files(folder) for item in await _import_file(path, folder, blobs)]
    if not items:
        raise BadParameters(f"{folder} holds no COCO annotations: expected annotations/instances_train.json or the like.")
    return Manifest(name=name, created=datetime.now(UTC), recipe={"command": "import", "format": "coco"}, items=tuple(items))


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.json"), *folder.glob("annotations/*.json")])


def categories_of(manifest: Manifest) -> list[str]:
    """The categories of all labels, in order."""
    return sorted({label.category for item in manifest.items for label in item.labels})


def _image(number: int, item: Item, side: str) -> Json:
    about = {key: getattr(item, key) for key in ("product", "category", "source", "licence")}
    return {"id": number, "file_name": f"{side}/{file_name(item)}", "width": item.width, "height": item.height, "packshot": about}


def _annotation(label: Label, item: Item, where: Inside | None) -> Json:
    box = label.box or (0.0, 0.0, float(item.width), float(item.height))
    area = box[2] * box[3] if where is None else int(where.sum())
    segmentation: Json | None = None
    if where is not None:
        segmentation = {"size": [item.height, item.width], "counts": rle.compress(rle.runs_of(where))}
    return {
        "bbox": list(box),
        "area": area,
        "iscrowd": 0,
        **({} if segmentation is None else {"segmentation": segmentation}),
        "packshot": {"by": label.by, "whole": label.box is None},
    }


async def _import_file(path: Path, folder: Path, blobs: Blobs) -> list[Item]:
    text = await asyncio.to_thread(path.read_text, "utf-8")
    try:
        read = _File.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadParameters(f"{path.name} is no COCO file: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    names = {category.id: category.name for category in read.categories}
    by_image: dict[int, list[_Annotation]] = {image.id: [] for image in read.images}
    for annotation in read.annotations:
        if annotation.image_id not in by_image or annotation.category_id not in names:
            raise BadParameters(f"{path.name}: annotation {annotation.id} names an image or a category that is not there.")
        by_image[annotation.image_id].append(annotation)
    split = _split_of(path.stem)
    items = []
    for image in read.images:
        ref, header = await take_picture(_find(folder, image.file_name, SIDES[split]), blobs)
        labels = [await _label(annotation, names, image, header, blobs) for annotation in by_image[image.id]]
        about = {key: image.packshot.get(key, "") for key in ("category", "source", "licence")}
        product = image.packshot.get("product") or Path(image.file_name).stem
        size = {"width": header.width, "height": header.height}
        items.append(Item(picture=ref, product=product, split=split, labels=tuple(labels), **size, **about))
    return items


def _split_of(stem: str) -> Split:
    return next((split for split, side in SIDES.items() if side in stem and split is not Split.TRAIN), Split.TRAIN)


async def _label(annotation: _Annotation, names: dict[int, str], image: _Image, header: PictureHeader, blobs: Blobs) -> Label:
    try:
        where = _where(annotation, header.height, header.width)
    except BadParameters as error:
        raise BadParameters(f"The mask of annotation {annotation.id} in {image.file_name} cannot be read: {error}") from error
    box = None if annotation.packshot.get("whole") else annotation.bbox
    by = annotation.packshot.get("by")
    return await label_of(names[annotation.category_id], box, where, by if isinstance(by, str) else BY, blobs)


def _find(folder: Path, name: str, side: str) -> Path:
    places: Iterator[Path] = (within(folder, f"{place}/{name}") for place in ("images", f"images/{side}", side, "."))
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise BadParameters(f"The picture {name} is not in {folder} (nor in its images/ or {side}/).")
    return found


def _where(annotation: _Annotation, height: int, width: int) -> Inside | None:
    said = annotation.segmentation
    if not said:
        return None
    if isinstance(said, _Runs):
        if said.size != (height, width):
            raise BadParameters(f"it is for {said.size[1]}×{said.size[0]} pixels, and the picture has {width}×{height}.")
        return rle.mask_of(rle.expand(said.counts) if isinstance(said.counts, str) else said.counts, height, width)
    if any(len(polygon) < 6 or len(polygon) % 2 for polygon in said):
        raise BadParameters("a polygon is at least three pairs of x and y.")
    # Parts of one object may overlap in COCO: each is filled for itself.
    parts = [fill([np.array(polygon).reshape(-1, 2)], height, width) for polygon in said]
    return np.asarray(np.logical_or.reduce(parts), bool)
