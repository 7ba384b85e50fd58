"""Whether the loader feeds a training: examples it makes, over pictures that as many processes merely decode.

Photos of 500×500 are read from a folder by digest; both sides have a process for each of two cores and the
same photos. Examples are those of `denoise.cnn`: patches of 128×128 with noise, some through JPEG. The first time every photo is
decoded, and written to the cache; from then on it is mapped. The first time is measured with large photos too, for `cutout.net`,
which needs them at 640 pixels; their alpha is one file. Rounds of both alternate, and the median counts.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import cv2
import numpy as np

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item
from packshot.plugin.frame import Plane
from packshot.training.examples import Examples, TrainerRef
from packshot.training.loader import Rows, batches
from packshot.training.pictures import Pictures
from packshot.training.reader import FolderReader
from packshot.training.sides import Stock
from packshot.training.sources import FromData
from packshot.training.trainers import find_trainer
from tests.benchmarks.photos import make_photo
from tests.benchmarks.result import Ratio

BATCH, PROCESSES, ROUNDS = 16, 2, 3
AIM = 0.8


def measure() -> list[Ratio]:
    """Of the first time through small photos, and of the second; and of the first time through large ones."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Photos(Path(folder) / "small", 500, 40), Photos(Path(folder) / "large", 2000, 10)
        with ProcessPoolExecutor(PROCESSES, get_context("spawn"), cv2.setNumThreads, (1,)) as pool:
            first, later = _compared(pool, small, "denoise.cnn")
            cut, _ = _compared(pool, large, "cutout.net")
    return [Ratio("loader_first_time", *first), Ratio("loader_later", *later), Ratio("loader_large", *cut)]


class Photos:
    """Different photos in a folder, by the digests that their files are named by."""

    def __init__(self, root: Path, side: int, batches: int) -> None:
        self.root, self.side, self.batches = root, side, batches
        root.mkdir()
        rng = np.random.default_rng(0)
        self.digests = [self._put(cut) for seed in range(batches) for cut in self._cuts(seed, rng)]
        self.alpha = self._put(np.full((side, side), 255, np.uint8), ".png")

    def _cuts(self, seed: int, rng: np.random.Generator) -> Iterator[Plane]:
        large = cv2.imdecode(np.frombuffer(make_photo(seed), np.uint8), cv2.IMREAD_COLOR)
        if min(large.shape[:2]) <= self.side:
            large = cv2.resize(large, (self.side + 50, self.side + 50), interpolation=cv2.INTER_CUBIC)
        for _ in range(BATCH):
            top, left = (int(rng.integers(0, side - self.side)) for side in large.shape[:2])
            yield large[top : top + self.side, left : left + self.side]

    def _put(self, picture: Plane, kind: str = ".jpg") -> str:
        content = cv2.imencode(kind, picture, (cv2.IMWRITE_JPEG_QUALITY, 93) if kind == ".jpg" else ())[1].tobytes()
        digest = sha256(content).hexdigest()
        (self.root / digest).write_bytes(content)
        return digest

    def examples(self, name: str, cache: Path) -> Examples:
        """Of a training of `name`."""
        trainer = find_trainer(name)
        sources = tuple(FromData(self._item(digest)) for digest in self.digests)
        pictures = Pictures(FolderReader(self.root), cache)
        return Examples(TrainerRef(trainer), trainer.params({}), (Stock(sources, 1.0),), pictures, seed=0, cache_mb=4096)

    def _item(self, digest: str) -> Item:
        picture, alpha = (ArtifactRef(digest=each, media_type="image/jpeg", size=1) for each in (digest, self.alpha))
        return Item(picture=picture, width=self.side, height=self.side, product=digest, planes={"alpha": alpha})


def _compared(pool: ProcessPoolExecutor, photos: Photos, trainer: str) -> list[tuple[float, float, str]]:
    """Ratio, aim and note of the first and of the second time through the photos."""
    paths = [photos.root / digest for digest in photos.digests]
    plain, first, later = [], [], []
    list(pool.map(_decode, paths[:1] * PROCESSES))
    for number in range(ROUNDS):
        plain.append(_decoding(pool, paths))
        examples = photos.examples(trainer, photos.root / f"cache-{number}")
        with batches(examples, Rows(BATCH, 0, BATCH), 0, PROCESSES) as made:
            # The processes have started once there is one.
            next(made)
            first.append(_making(made, photos.batches - 1))
            later.append(_making(made, photos.batches - 1))
    decoded = median(plain)
    return [
        (median(each) / decoded, AIM, f"{trainer}: {median(each):.0f} examples/s, {decoded:.0f} photos decoded/s")
        for each in (first, later)
    ]


def _decoding(pool: ProcessPoolExecutor, paths: list[Path]) -> float:
    """Pictures a second."""
    began = time.perf_counter()
    list(pool.map(_decode, paths, chunksize=BATCH))
    return len(paths) / (time.perf_counter() - began)


def _decode(path: Path) -> int:
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR_RGB)
    return int(picture[0, 0, 0])


def _making(made: Iterator[object], count: int) -> float:
    """Examples a second."""
    began = time.perf_counter()
    return sum(BATCH for _ in islice(made, count)) / (time.perf_counter() - began)
