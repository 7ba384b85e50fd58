"""`packshot collect`: data sets are made, looked at and taken out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from packshot.cli.collect_options import (
    AUGMENT,
    CLEAN,
    JSON,
    NAME,
    NEW_NAME,
    PICTURES,
    PRODUCT,
    SERVER,
    SPLIT,
    cleaning_of,
    grouping_of,
    order_of,
)


@click.group(short_help="Make data sets of pictures.")
def collect() -> None:
    """Make data sets: crawl sites, import folders and buckets, clean, split, vary.

    Each of these makes a new version of the data set and leaves the others as they are.

    \b
    Example:
      packshot collect import photos/ --name mugs --licence own --clean --split
      packshot collect report mugs
    """


@collect.command(short_help="Take the pictures of web sites.")
@click.argument("urls", nargs=-1, required=True, metavar="URL…")
@PICTURES
@click.option("--depth", default=3, show_default=True, type=click.IntRange(0, 20), help="Follow links so far.")
@click.option("--pages", default=1000, show_default=True, type=click.IntRange(1), help="Read at most so many pages.")
@click.option("--minutes", default=1440.0, show_default=True, type=click.FloatRange(0, min_open=True), help="Stop after so long.")
@click.option("--megabytes", default=10_000, show_default=True, type=click.IntRange(1), help="Stop after so many MB.")
@click.option("--anywhere", is_flag=True, help="Follow links to other hosts, too.")
@CLEAN
@SPLIT
@SERVER
def crawl(urls: tuple[str, ...], anywhere: bool, **asked: Any) -> None:
    """Take the pictures of web sites, as their owners allow: robots.txt is kept, and each host is asked one thing a second.

    The crawler says whose it is: PACKSHOT_COLLECT_CONTACT must hold an address at which site owners reach you. You answer for
    having the right to use what is taken; --licence writes down which.

    \b
    Example:
      PACKSHOT_COLLECT_CONTACT=me@example.com packshot collect crawl https://example.com/shop --name shop --licence CC-BY-4.0
    """
    from packshot.cli.collecting import run_order

    limits = {name: asked[name] for name in ("depth", "pages", "minutes", "megabytes")}
    source = {"kind": "crawl", "urls": urls, "within": "anywhere" if anywhere else "host", **limits}
    run_order(order_of(source, asked), asked["server"])


@collect.command("import", short_help="Take the pictures of a folder.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--masks",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="A folder with a mask of the same name for each picture, white where the product is.",
)
@PICTURES
@PRODUCT
@CLEAN
@SPLIT
@SERVER
def import_folder(folder: Path, masks: Path | None, product: str, **asked: Any) -> None:
    """Take the pictures of FOLDER, with all folders in it. A picture's folder names its category.

    Alpha of a picture, or its mask, is kept beside it: cutouts can be trained and measured by it. With --server, the folders are
    on the machine of its service `collect`.

    \b
    Examples:
      packshot collect import photos/ --name mugs --licence own --clean --split
      packshot collect import photos/ --name mugs --licence own --product '([^/_]+)_[0-9]+'
      packshot collect import images/ --masks masks/ --name people --licence Apache-2.0 --split
    """
    from packshot.cli.collecting import run_order

    places = {"path": folder, "masks": masks}
    there = {name: str(each if asked["server"] else each.resolve()) for name, each in places.items() if each is not None}
    run_order(order_of({"kind": "folder", "product": product, **there}, asked), asked["server"])


@collect.command(short_help="Take the pictures of a pair of IDX files, as MNIST comes.")
@click.argument("images", type=click.Path(path_type=Path))
@click.argument("labels", type=click.Path(path_type=Path))
@click.option("--classes", default="", metavar="NAME,…", help="What the labels mean, from 0 on. Default: the labels themselves.")
@PICTURES
@CLEAN
@SPLIT
@SERVER
def idx(images: Path, labels: Path, classes: str, **asked: Any) -> None:
    """Take the grey pictures of the IDX file IMAGES with the classes in LABELS, both gzipped or not.

    Small pictures of one kind look alike, so --split needs --alike -1 here; and --most, which is 20,000, may leave some out.

    \b
    Example:
      packshot collect idx train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz \\
        --name fashion --licence MIT --most 60000 --split --alike -1
    """
    from packshot.cli.collecting import run_order

    there = {name: str(each if asked["server"] else each.resolve()) for name, each in (("path", images), ("labels", labels))}
    names = [name.strip() for name in classes.split(",") if name.strip()]
    run_order(order_of({"kind": "idx", "classes": names, **there}, asked), asked["server"])


@collect.command(short_help="Take the pictures of an S3 bucket.")
@click.argument("url", metavar="s3://BUCKET[/PREFIX]")
@PICTURES
@PRODUCT
@CLEAN
@SPLIT
@SERVER
def bucket(url: str, product: str, **asked: Any) -> None:
    """Take the pictures of a bucket that PACKSHOT_COLLECT_BUCKETS gives the key to.

    \b
    Example:
      PACKSHOT_COLLECT_BUCKETS='["s3://key:secret@minio:9000/photos?secure=false"]' \\
        packshot collect bucket s3://photos/2026 --name mugs --licence own
    """
    from packshot.cli.collecting import run_order

    if not url.startswith("s3://"):
        raise click.UsageError("Write the bucket as s3://BUCKET or s3://BUCKET/PREFIX.")
    name, _, prefix = url.removeprefix("s3://").partition("/")
    run_order(order_of({"kind": "bucket", "bucket": name, "prefix": prefix, "product": product}, asked), asked["server"])


@collect.command(short_help="Render pictures in the procedural studio.")
@click.option("--name", "new_name", metavar="NAME", required=True, help="What the data set is to be called.")
@click.option("--count", default=100, show_default=True, type=click.IntRange(1), help="How many pictures.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="The first one's; the others follow.")
@click.option("--size", default=320, show_default=True, type=click.IntRange(32, 4096), help="Pixels, width and height.")
@click.option("--family", "families", multiple=True, metavar="FAMILY", help="Only this one; may be repeated.")
@SERVER
def studio(new_name: str, families: tuple[str, ...], server: str | None, **asked: Any) -> None:
    """Render products with exact alpha, depth, normals and shadow: a data set of pictures that nobody has rights in.

    Unlike `packshot studio --dataset`, the service `collect` renders them, and goes on after a crash.

    \b
    Example:
      packshot collect studio --name mugs --family mug --count 500
    """
    from packshot.cli.collecting import run_order

    settings = {"families": families} if families else {}
    run_order({"name": new_name, "source": {"kind": "studio", "settings": settings, **asked}}, server)


@collect.command(short_help="Leave out what is broken, blurred, tiny or twice there.")
@NAME
@NEW_NAME
@CLEAN
@SERVER
def clean(name: str, **asked: Any) -> None:
    """Make a version of data set NAME without what is tiny, blurred or twice there.

    What was left out, and why, `packshot collect report` tells.

    \b
    Example:
      packshot collect clean mugs --max-blur 0.6
    """
    from packshot.cli.collecting import from_data_set

    from_data_set(name, asked, clean=cleaning_of(asked))


@collect.command(short_help="Part a data set into training, validation and test.")
@NAME
@NEW_NAME
@SPLIT
@SERVER
def split(name: str, **asked: Any) -> None:
    """Make a version of data set NAME whose products are on one side each: training, validation or test.

    Products whose pictures look alike count as one, so that nothing is tested that was trained with.

    \b
    Example:
      packshot collect split mugs --validation 0.2 --test 0.2 --seed 1
    """
    from packshot.cli.collecting import from_data_set

    from_data_set(name, asked, split=grouping_of(asked))


@collect.command(short_help="Add varied copies of the pictures for training.")
@NAME
@NEW_NAME
@AUGMENT
@SERVER
def augment(name: str, pipeline: Path, copies: int, **asked: Any) -> None:
    """Make a version of data set NAME with varied copies of its pictures for training, as a YAML file says.

    Masks, boxes and planes are varied alike. Equal files, seeds and pictures give equal copies.

    \b
    Example:
      packshot collect augment mugs varied.yaml --copies 3

    \b
    varied.yaml:
      seed: 1
      steps:
        - {do: flip}
        - {do: rotate, degrees: 8}
        - {do: jpeg, chance: 0.5, worst: 50}
    """
    from packshot.cli.collecting import from_data_set, read_pipeline

    from_data_set(name, asked, augment={"pipeline": read_pipeline(pipeline), "copies": copies})


@collect.command("list", short_help="List the data sets.")
@JSON
@SERVER
def list_sets(as_json: bool, server: str | None) -> None:
    """List the data sets, and what is being collected.

    \b
    Example:
      packshot collect list
    """
    from packshot.cli.data_sets import show_list

    show_list(server, as_json=as_json)


@collect.command(short_help="Show what is in a data set.")
@NAME
@JSON
@SERVER
def show(name: str, as_json: bool, server: str | None) -> None:
    """Show the versions of data set NAME (or NAME@DIGEST), and what is in it.

    \b
    Example:
      packshot collect show mugs
    """
    from packshot.cli.data_sets import show_set

    show_set(server, name, as_json=as_json)


@collect.command(short_help="Show what was left out of a data set, and why.")
@NAME
@click.option("--code", help="Only those left out for this reason, such as blurred.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Show so many.")
@JSON
@SERVER
def report(name: str, code: str | None, limit: int, as_json: bool, server: str | None) -> None:
    """Show what was left out of data set NAME, and why. The web page shows the pictures, too.

    \b
    Example:
      packshot collect report mugs --code duplicate
    """
    from packshot.cli.data_sets import show_report

    show_report(server, name, code, limit, as_json=as_json)


@collect.command(short_help="Write a data set's pictures into a folder.")
@NAME
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@SERVER
def export(name: str, folder: Path, server: str | None) -> None:
    """Write the pictures of data set NAME into FOLDER/SIDE/CATEGORY, with its manifest.json and what was left out.

    \b
    Example:
      packshot collect export mugs out/
    """
    from packshot.cli.data_sets import export_set

    export_set(server, name, folder)


@collect.command(short_help="Stop a collection.")
@click.argument("collection")
@SERVER
def cancel(collection: str, server: str | None) -> None:
    """Stop a collection, by the id that `packshot collect list` shows: it makes no version.

    \b
    Example:
      packshot collect cancel 0199c0d2e6b07d1c8a3e4f5061728394
    """
    from packshot.cli.data_sets import stop

    stop(server, collection)
