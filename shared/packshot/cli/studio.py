"""`packshot studio`: pictures out of the procedural studio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from packshot.datasets.studio import StudioOrder
    from packshot.settings import Settings


@click.command(short_help="Render products with exact cutouts, to train with.")
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), help="Write pictures and planes into this folder.")
@click.option("--dataset", metavar="NAME", help="Or: keep them in the store, as a version of this data set.")
@click.option("--count", type=click.IntRange(1), default=16, show_default=True, help="How many pictures.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The first picture's seed; the others follow.")
@click.option("--size", type=click.IntRange(32, 4096), default=320, show_default=True, help="Pixels, width and height.")
@click.option("--family", "families", multiple=True, metavar="FAMILY", help="Only this one; can be given more than once.")
@click.option("--views", type=click.IntRange(1), default=1, show_default=True, help="Pictures of each product.")
@click.option("--white", type=click.FloatRange(0, 1), help="Share of white products on white.")
@click.option("--processes", type=click.IntRange(1), help="How many at a time; as many as there are processors where not given.")
def studio(
    *,
    out: Path | None,
    dataset: str | None,
    count: int,
    seed: int,
    size: int,
    families: tuple[str, ...],
    views: int,
    white: float | None,
    processes: int | None,
) -> None:
    """Render products, photographed as amateurs do, with exact alpha, depth, normals and shadow.

    The same seeds give the same pictures. They are free of rights (CC0).

    \b
    Example:
      packshot studio -o renders/ --count 20
      packshot studio --dataset mugs --family mug --family bowl --count 1000 --views 4
    """
    from packshot.datasets.studio import StudioOrder
    from packshot.settings import Settings
    from packshot.studio import FAMILIES, StudioSettings

    if (out is None) == (dataset is None):
        raise click.UsageError("Say where the pictures go: -o FOLDER, or --dataset NAME.")
    chosen = {"white": white} if white is not None else {}
    settings = StudioSettings(families=families or FAMILIES, views=views, **chosen)
    order = StudioOrder(count, seed, size, settings)
    if out is not None:
        _into_folder(out, order, processes)
    else:
        assert dataset is not None
        _into_store(dataset, order, processes, Settings.read())


def _into_folder(out: Path, order: StudioOrder, processes: int | None) -> None:
    import json

    from packshot.datasets.studio import rendered_by
    from packshot.serving import run

    async def write() -> None:
        with click.progressbar(length=order.count, label="rendering") as bar, (out / "pictures.jsonl").open("w") as index:
            async for one in rendered_by(order, processes):
                (out / f"{one.seed:06d}.png").write_bytes(one.picture)
                for name, content in one.planes.items():
                    (out / f"{one.seed:06d}.{name}.png").write_bytes(content)
                about = {
                    "picture": f"{one.seed:06d}.png",
                    "product": one.product,
                    "category": one.family,
                    "words": one.words,
                    "box": one.box,
                }
                index.write(json.dumps(about) + "\n")
                bar.update(1)

    out.mkdir(parents=True, exist_ok=True)
    run(write())
    click.echo(f"{order.count} pictures in {out}; pictures.jsonl says what is in them.")


def _into_store(name: str, order: StudioOrder, processes: int | None, settings: Settings) -> None:
    from packshot.datasets.studio import collect_studio
    from packshot.serving import run
    from packshot.store.connect import make_store

    async def collect() -> str:
        store = make_store(settings)
        await store.open()
        try:
            with click.progressbar(length=order.count, label="rendering") as bar:
                return str(
                    await collect_studio(store, name, order, processes=processes, told=lambda done: bar.update(done - bar.pos))
                )
        finally:
            await store.close()

    click.echo(f"{order.count} pictures in the data set {run(collect())}")
