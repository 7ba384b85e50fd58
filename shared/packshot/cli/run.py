"""`packshot run`: photos in, finished images and reports out."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Make finished images of photos.")
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-r", "--recipe", "recipes", multiple=True, required=True, help="A recipe's name, or a YAML file. May be repeated.")
@click.option("-o", "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
@click.option("--sku", default="", help="Take all photos as one listing, of the product with this SKU.")
@click.option("--urgent", is_flag=True, help="Go before work that is not urgent.")
@click.option("--jobs-in-flight", default=64, show_default=True, type=click.IntRange(1, 10_000), help="Jobs handed in at a time.")
@click.option("--server", metavar="URL", help="Use the packshot that runs there. Default: this machine's own.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def run(
    *,
    photos: tuple[Path, ...],
    recipes: tuple[str, ...],
    out: Path,
    sku: str,
    urgent: bool,
    jobs_in_flight: int,
    server: str | None,
    as_json: bool,
) -> None:
    """Make finished images of PHOTOS: files, or folders with all pictures in them.

    For each output of each recipe, an image PHOTO.OUTPUT.EXT and a report PHOTO.OUTPUT.json with what was done, measured
    and checked are written to the folder. A photo that cannot be used is named with the reason and does not stop the others.
    What was made before comes from the cache. After Ctrl-C, the same command goes on where it was.

    Exit status: 0 if everything was made, 1 if something was not, 2 for wrong usage, 130 after Ctrl-C.

    \b
    Examples:
      packshot run shoes/ --recipe amazon-main --recipe taobao-main -o out/
      packshot run bag.jpg --recipe my-recipe.yaml -o out/ --server https://packshot.example.com
    """
    from packshot.cli.batch.session import run_photos

    asked = {"sku": sku, "urgent": urgent, "jobs_in_flight": jobs_in_flight}
    raise SystemExit(run_photos(photos, recipes, out, asked=asked, server=server, as_json=as_json))
