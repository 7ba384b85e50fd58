"""`python -m tests.gallery.studio OUT [COUNT]`: sheets of the procedural studio to look at.

Pictures of all families, their planes, defects, composites, dead leaves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from packshot.studio import FAMILIES, render
from packshot.studio.composite import composite
from packshot.studio.dead_leaves import dead_leaves
from packshot.studio.defects import KINDS, render_defect
from packshot.studio.render import Render

Picture = npt.NDArray[np.uint8]
SIDE, COLUMNS = 256, 10


def main(out: str, count: int = 200) -> int:
    """Write the sheets as PNG."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2, get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        made = list(pool.map(partial(render, size=SIDE), range(count)))
        by_family = list(
            pool.map(render, [n for n in range(COLUMNS) for _ in FAMILIES], [SIDE] * COLUMNS * len(FAMILIES), FAMILIES * COLUMNS)
        )
        broken = list(pool.map(render_defect, range(3 * len(KINDS)), [SIDE] * 3 * len(KINDS), KINDS * 3))
    cutouts = [one.cutout for one in made[:40]]
    sheets = {
        "studio": [one.rgb for one in made],
        "studio-families": [by_family[len(FAMILIES) * n + row].rgb for row in range(len(FAMILIES)) for n in range(COLUMNS)],
        "studio-planes": [plane for one in made[:20] for plane in _planes(one)],
        "studio-defects": [plane for one in broken for plane in (one.sound.rgb, one.defective.rgb, _grey(one.mask))],
        "studio-composites": [plane for seed in range(30) for plane in _composite(seed, cutouts, made)],
        "studio-leaves": [dead_leaves(seed, SIDE) for seed in range(2 * COLUMNS)],
    }
    for name, pictures in sheets.items():
        path = folder / f"{name}.png"
        cv2.imwrite(str(path), cv2.cvtColor(_sheet(pictures), cv2.COLOR_RGB2BGR))
        print(path)
    return 0


def _planes(one: Render) -> Iterator[Picture]:
    yield one.rgb
    yield _grey(one.alpha)
    near = one.depth[one.alpha > 0.5] if (one.alpha > 0.5).any() else one.depth
    yield _grey(np.clip((one.depth - near.min()) / max(4 * float(np.ptp(near)), 1e-6), 0, 1))
    yield np.rint((one.normals * np.array((1, 1, 1)) + 1) * 127.5).astype(np.uint8)
    yield _grey(one.shadow)


def _composite(seed: int, cutouts: list[Picture], made: list[Render]) -> Iterator[Picture]:
    one = composite(seed, cutouts, [other.clean for other in made[40:60]], SIDE)
    yield one.rgb
    yield _grey(one.alpha)


def _grey(plane: npt.NDArray[np.float32]) -> Picture:
    return np.repeat(np.rint(np.clip(plane, 0, 1) * 255).astype(np.uint8)[..., None], 3, axis=2)


def _sheet(pictures: list[Picture]) -> Picture:
    empty = np.full((SIDE, SIDE, 3), 60, np.uint8)
    padded = pictures + [empty] * (-len(pictures) % COLUMNS)
    return np.vstack([np.hstack(padded[row : row + COLUMNS]) for row in range(0, len(padded), COLUMNS)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], *(int(value) for value in sys.argv[2:3])))
