"""Data sets as YOLO folders (docs.ultralytics.com/datasets): `data.yaml`, `images/SIDE/`, `labels/SIDE/` with a text a picture.

A label with a mask is a polygon (segmentation), one without is a box (detection), all in shares of the picture. Polygons run
along the edges of pixels with holes and parts joined into one, so a mask comes back as it was. A label of the whole picture is a
box around all of it. `products.json` keeps what YOLO has no word for: which pictures show one product.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from packshot.contracts.dataset import Item, Label, Manifest
from packshot.datasets.coco import SIDES, categories_of
from packshot.datasets.exchange import Blobs, file_name, label_of, mask_of_label, save_picture, take_picture, within
from packshot.datasets.masks import Box, Inside
from packshot.datasets.outlines import fill, joined, outlines
from packshot.errors import BadParameters
from packshot.imaging.sniff import PictureHeader

BY = "file:yolo"
PRODUCTS = "products.json"


async def export_yolo(manifest: Manifest, folder: Path, blobs: Blobs) -> None:
    """Write pictures and labels into `folder`."""
    numbers = {name: number for number, name in enumerate(categories_of(manifest))}
    _make_folders(folder)
    for split, side in SIDES.items():
        for item in manifest.of(split):
            await save_picture(item, folder / "images" / side, blobs)
            rows = [_row(numbers[label.category], label, item, await mask_of_label(label, item, blobs)) for label in item.labels]
            path = (folder / "labels" / side / file_name(item)).with_suffix(".txt")
            await asyncio.to_thread(path.write_text, "".join(row + "\n" for row in rows), "utf-8")
    about = {
        "path": ".",
        **{side: f"images/{side}" for side in SIDES.values()},
        "names": {n: name for name, n in numbers.items()},
    }
    (folder / "data.yaml").write_text(yaml.safe_dump(about, allow_unicode=True, sort_keys=False), "utf-8")
    products = {file_name(item): item.product for item in manifest.items}
    (folder / PRODUCTS).write_text(json.dumps(products, ensure_ascii=False), "utf-8")


async def import_yolo(folder: Path, name: str, blobs: Blobs) -> Manifest:
    """The data set that `data.yaml` in `folder` describes. Raises BadParameters saying which file is wrong, and where."""
    about = _about(folder)
    names = _names(about)
    products = _products(folder)
    items = []
    for split, side in SIDES.items():
        for path in _pictures(folder, about, side):
            ref, header = await take_picture(path, blobs)
            labels = [await label_of(*row, BY, blobs) for row in _rows(_labels_of(path, folder), names, header)]
            product = products.get(path.name, path.stem)
            size = {"width": header.width, "height": header.height}
            items.append(Item(picture=ref, product=product, split=split, labels=tuple(labels), **size))
    if not items:
        raise BadParameters(f"{folder}/data.yaml names no folder with pictures.")
    return Manifest(name=name, created=datetime.now(UTC), recipe={"command": "import", "format": "yolo"}, items=tuple(items))


def _make_folders(folder: Path) -> None:
    for side in SIDES.values():
        for kind in ("images", "labels"):
            (folder / kind / side).mkdir(parents=True, exist_ok=True)


def _row(number: int, label: Label, item: Item, where: Inside | None) -> str:
    parts = [] if where is None else outlines(where)
    if parts:
        numbers = (joined(parts) / (item.width, item.height)).ravel()
    else:
        x, y, width, height = label.box or (0, 0, item.width, item.height)
        numbers = np.array([x + width / 2, y + height / 2, width, height]) / ([item.width, item.height] * 2)
    return " ".join([str(number), *(f"{share:.9g}" for share in numbers)])


def _about(folder: Path) -> dict[str, Any]:
    try:
        about = yaml.safe_load((folder / "data.yaml").read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BadParameters(f"{folder} holds no YOLO data set: its data.yaml cannot be read ({error}).") from error
    if not isinstance(about, dict) or not isinstance(about.get("names"), dict | list):
        raise BadParameters(f"{folder}/data.yaml has no `names`.")
    return about


def _names(about: dict[str, Any]) -> dict[int, str]:
    names = about["names"]
    return {int(number): str(name) for number, name in (names.items() if isinstance(names, dict) else enumerate(names))}


def _products(folder: Path) -> dict[str, str]:
    path = folder / PRODUCTS
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _pictures(folder: Path, about: dict[str, Any], side: str) -> Iterator[Path]:
    named = about.get(side) or []
    for place in [named] if isinstance(named, str) else named:
        path = within(folder, f"{about.get('path') or '.'}/{place}")
        if path.is_file():
            raise BadParameters(f"data.yaml names the file {place}: give the folder with the pictures instead.")
        yield from sorted(each for each in path.glob("*") if each.is_file())


def _labels_of(picture: Path, folder: Path) -> Path:
    """As YOLO finds them: the last `images` in the picture's path is `labels`."""
    parts = list(picture.relative_to(folder.resolve()).parts)
    if "images" in parts:
        last = len(parts) - 1 - parts[::-1].index("images")
        parts[last] = "labels"
    return folder.joinpath(*parts).with_suffix(".txt")


def _rows(path: Path, names: dict[int, str], header: PictureHeader) -> Iterator[tuple[str, Box | None, Inside | None]]:
    """Category, box and mask of each line; no file means that nothing is in the picture."""
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            category, *shares = line.split()
            name, numbers = names[int(category)], np.array([float(share) for share in shares])
            if not np.isfinite(numbers).all() or not (len(numbers) == 4 or (len(numbers) >= 6 and len(numbers) % 2 == 0)):
                raise ValueError
        except (ValueError, KeyError) as error:
            raise BadParameters(
                f"{path}, line {number}: expected a class of data.yaml and a box (x y width height) or a polygon (x y x y x y …)."
            ) from error
        yield name, *_place(numbers, header)


def _place(numbers: np.ndarray[Any, Any], header: PictureHeader) -> tuple[Box | None, Inside | None]:
    if len(numbers) == 4:
        x, y, width, height = (numbers * ([header.width, header.height] * 2)).tolist()
        return (x - width / 2, y - height / 2, width, height), None
    return None, fill([numbers.reshape(-1, 2) * (header.width, header.height)], header.height, header.width)
