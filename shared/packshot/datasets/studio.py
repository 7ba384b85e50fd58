"""Data sets out of the procedural studio: a range of seeds becomes pictures with their truth and a manifest."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import cv2
import numpy as np

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Label, Manifest
from packshot.datasets.register import Version, save_manifest
from packshot.datasets.splits import Shares, side_of
from packshot.errors import BadParameters
from packshot.plugin.frame import Plane
from packshot.store.protocol import ArtifactStore
from packshot.studio.noise import Floats
from packshot.studio.planes import DEPTH_UNIT, planes_of
from packshot.studio.render import Render, StudioSettings, render

LICENCE = "CC0-1.0"
_SOURCE = "studio"
_PNG = "image/png"


@dataclass(frozen=True)
class StudioOrder:
    """Which pictures to render."""

    count: int
    seed: int = 0
    """The first one's; the others follow."""
    size: int = 320
    settings: StudioSettings = field(default_factory=StudioSettings)

    def __post_init__(self) -> None:
        if self.count < 1 or self.seed < 0 or not 32 <= self.size <= 4096:
            raise BadParameters("The studio renders at least 1 picture, from a seed of 0 or more, of 32 to 4096 pixels.")

    @property
    def recipe(self) -> dict[str, object]:
        """Enough to render the same again."""
        return {
            "studio": {
                "count": self.count,
                "seed": self.seed,
                "size": self.size,
                "settings": self.settings.model_dump(mode="json"),
            },
            "depth_unit": DEPTH_UNIT,
        }


@dataclass(frozen=True)
class Rendered:
    """One picture as files, and what is known of it."""

    seed: int
    picture: bytes
    """PNG."""
    planes: dict[str, bytes]
    """PNG by name, of what `planes_of` gives."""
    size: int
    family: str
    product: str
    words: tuple[str, ...]
    box: tuple[float, float, float, float] | None
    """x, y, width and height of what is covered by half or more; None where nothing is."""


async def collect_studio(
    store: ArtifactStore,
    name: str,
    order: StudioOrder,
    *,
    processes: int | None = None,
    shares: Shares = Shares(),  # noqa: B008 - frozen
    told: Callable[[int], None] = lambda done: None,
) -> Version:
    """Render what `order` says into `store` and write it down as the newest version of the data set `name`.

    `told` hears how many pictures are done. Sides are decided by product and the order's seed.
    """
    items: list[Item] = []
    async for rendered in rendered_by(order, processes):
        items.append(await stored_item(store, rendered, order, shares))
        told(len(items))
    manifest = Manifest(name=name, created=datetime.now(UTC), recipe=order.recipe, items=tuple(items))
    return await save_manifest(store, manifest)


async def rendered_by(order: StudioOrder, processes: int | None = None) -> AsyncGenerator[Rendered, None]:
    """The order's pictures by rising seed, rendered by `processes` (without, one a processor), a few ahead of what is taken."""
    workers = processes or os.cpu_count() or 1
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_alone) as pool:
        ahead: list[Future[Rendered]] = []
        seeds = iter(range(order.seed, order.seed + order.count))
        try:
            for seed in seeds:
                ahead.append(pool.submit(rendered_files, seed, order.size, order.settings))
                if len(ahead) >= 4 * workers:
                    yield await asyncio.wrap_future(ahead.pop(0))
            while ahead:
                yield await asyncio.wrap_future(ahead.pop(0))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def rendered_files(seed: int, size: int, settings: StudioSettings) -> Rendered:
    """One picture, encoded."""
    made = render(seed, size, settings=settings)
    planes = {name: _png(plane) for name, plane in planes_of(made).items()}
    return Rendered(seed, _png(made.rgb), planes, size, made.family, made.product, made.words, _box(made))


def _alone() -> None:
    # Every process has one picture in hand: threads of OpenCV would only stand in each other's way.
    cv2.setNumThreads(1)


async def stored_item(store: ArtifactStore, rendered: Rendered, order: StudioOrder, shares: Shares) -> Item:
    """A picture of `order` with its truth, stored."""
    planes: dict[str, ArtifactRef] = {name: await store.put(content, _PNG) for name, content in rendered.planes.items()}
    return Item(
        picture=await store.put(rendered.picture, _PNG),
        width=rendered.size,
        height=rendered.size,
        product=rendered.product,
        split=side_of(rendered.product, order.seed, shares),
        category=rendered.family,
        source=_SOURCE,
        licence=LICENCE,
        labels=(Label(category=rendered.family, box=rendered.box, by="render"),),
        planes=planes,
    )


def _png(plane: Plane) -> bytes:
    stored = plane[:, :, ::-1] if plane.ndim == 3 else plane
    done, content = cv2.imencode(".png", np.ascontiguousarray(stored), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert done
    return content.tobytes()


def _box(made: Render) -> tuple[float, float, float, float] | None:
    covered: Floats = made.alpha >= 0.5 * min(1.0, float(made.alpha.max()))
    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    if made.alpha.max() < 0.02:
        return None
    return float(columns[0]), float(rows[0]), float(columns[-1] - columns[0] + 1), float(rows[-1] - rows[0] + 1)
