"""How much the joints of `texture.quilt` and `texture.tile` show, beside plain tiling, on textures.

    python tests/benchmarks/texture_quality.py --data FOLDER [--sets dtd10 …] [--count 15]

FOLDER holds sets of pictures. Energy is the mean difference of neighbouring pixels at the joints over that elsewhere: 1 shows
nothing. Prints, for each set: the energy of the texture laid side by side as it is, of its mirror images, of what texture.tile
made of it, and at the joints of texture.quilt's blocks; seconds of one core for a megapixel of either.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from packshot.plugin import Frame, Run
from packshot_texture.quilt import Quilt, QuiltParams
from packshot_texture.quilting import Blocks
from packshot_texture.tile import Tile, TileParams

Plane = npt.NDArray[np.float32]
SIDE = 700


def main() -> None:
    """Measure every set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=["dtd10", "texture_synth_embark"])
    parser.add_argument("--count", type=int, default=15, help="pictures of each set, evenly taken")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    heads = ("plain", "mirror", "tile", "quilt", "tile s/MP", "quilt s/MP")
    print(f"{'set':22} {'n':>3} " + " ".join(f"{head:>10}" for head in heads))
    for name in options.sets:
        paths = sorted(path for path in (options.data / name).glob("*") if path.suffix in {".png", ".jpg"})
        chosen = paths[:: max(1, len(paths) // options.count)][: options.count]
        rows = [measure(path) for path in chosen]
        print(f"{name:22} {len(rows):3} " + " ".join(f"{value:10.2f}" for value in np.mean(rows, axis=0)), flush=True)


def measure(path: Path) -> tuple[float, ...]:
    """The energies of plain and mirrored tiling, of the tile and of the quilt; seconds a megapixel of the last two."""
    sample = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB).astype(np.float32) / 255
    began = time.process_time()
    tile = Tile().run(Frame.of(sample), TileParams(), Run()).rgb
    tiled = time.process_time()
    params = QuiltParams(width=SIDE, height=SIDE)
    quilt = Quilt().run(Frame.of(sample), params, Run()).rgb
    quilted = time.process_time()
    blocks = Blocks.of(sample, params.block, params.overlap, params.tolerance)
    mirrored = np.concatenate([sample, sample[:, ::-1]], axis=1)
    mirrored = np.concatenate([mirrored, mirrored[::-1]], axis=0)
    return (
        energy(np.tile(sample, (2, 2, 1)), sample.shape[:2], 1),
        energy(np.tile(mirrored, (2, 2, 1)), sample.shape[:2], 1),
        energy(np.tile(tile, (2, 2, 1)), tile.shape[:2], 1),
        energy(quilt, (blocks.size - blocks.overlap,) * 2, blocks.overlap),
        (tiled - began) / (sample.shape[0] * sample.shape[1] / 1e6),
        (quilted - tiled) / (SIDE * SIDE / 1e6),
    )


def energy(rgb: Plane, period: tuple[int, int], width: int) -> float:
    """Mean difference of neighbours at joints over that elsewhere; they come every `period` (down, across), `width` wide."""
    found = []
    for axis in (0, 1):
        steps = np.abs(np.diff(rgb, axis=axis)).mean(axis=(1 - axis, 2))
        at = np.zeros(len(steps), np.bool_)
        for first in range(period[axis] - 1, len(steps), period[axis]):
            at[first : first + width] = True
        found.append(float(steps[at].mean() / max(float(steps[~at].mean()), 1e-6)))
    return float(np.mean(found))


if __name__ == "__main__":
    main()
