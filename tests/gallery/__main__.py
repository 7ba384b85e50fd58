"""`python -m tests.gallery OUT [PREFIX]`: a sheet for each plugin, a row for each operation, a column for each product.

What an operation is shown with beside its defaults stands in looks.yaml.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy.typing as npt
import yaml

from packshot.contracts.operation import OperationSpec
from packshot.errors import PackshotError
from packshot.plugin.frame import Frame
from packshot.plugin.local import apply_frame
from packshot.plugin.registry import load_registry
from packshot.settings import Settings
from tests.gallery.products import Product, products
from tests.gallery.surroundings import further_inputs
from tests.gallery.tiles import caption, same_pixels, sheet, tile, told

LOOKS: dict[str, list[dict[str, Any]]] = yaml.safe_load(Path(__file__).with_name("looks.yaml").read_text())


def main(out: str, prefix: str = "") -> int:
    """Write the sheets. Exit status 1 if an operation failed otherwise than by refusing a picture in words."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    specs = [spec for spec in load_registry(Settings.read()).catalogue if spec.name.startswith(prefix)]
    rows: dict[str, list[list[npt.NDArray[Any]]]] = defaultdict(list)
    shown = products()
    for spec in specs:
        for look in LOOKS.get(spec.name, [{}]):
            rows[spec.name.partition(".")[0]].append(_row(spec, look, shown))
    for plugin, lines in rows.items():
        header = [caption(product.name, "") for product in shown]
        path = folder / f"{plugin}.jpg"
        cv2.imwrite(str(path), cv2.cvtColor(sheet([[caption(plugin, ""), *header], *lines]), cv2.COLOR_RGB2BGR))
        print(path)
    return 0


def _row(spec: OperationSpec, look: dict[str, Any], shown: list[Product]) -> list[npt.NDArray[Any]]:
    params = look.get("params", {})
    said = ", ".join(f"{name}={value}" for name, value in params.items())
    chosen = shown if spec.source else shown[: look.get("seeds", 4)]
    return [
        caption(spec.name, said),
        *(_shown(spec, getattr(product, look.get("as", "photo")), look, seed) for seed, product in enumerate(chosen)),
    ]


def _shown(spec: OperationSpec, frame: Frame, look: dict[str, Any], seed: int) -> npt.NDArray[Any]:
    try:
        for name in look.get("first", []):
            frame = apply_frame(name, frame)
        further = {} if look.get("alone") else further_inputs(spec, frame)
        given = frame if spec.source else None
        after = apply_frame(spec.name, given, inputs=further, seed=seed, **look.get("params", {}))
        if "then" in look:
            return tile(apply_frame(look["then"], after), None)
    except PackshotError as refusal:
        return caption("", str(refusal))
    finding = after.findings.get(spec.name)
    return told(finding) if finding is not None and spec.source and same_pixels(frame, after) else tile(after, finding)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
