"""`packshot plugin compare`: two versions of an operation side by side."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Compare two versions side by side.")
@click.argument("one", metavar="OPERATION@MAJOR")
@click.argument("other", metavar="OPERATION@MAJOR")
@click.argument("photos", nargs=-1, metavar="[PHOTO]...", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the report.")
@click.option(
    "-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of both; VALUE is JSON, else text."
)
@click.option("--recipe", help="Run them inside this recipe (a name, or a YAML file) instead of alone.")
@click.option("--measure", "measures", multiple=True, metavar="OPERATION", help="An operation that measures what both made.")
@click.option("--traffic", is_flag=True, help="Compare what shadow and canary traffic has brought, and run nothing.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200), help="Pairs taken from traffic.")
@click.option("--server", metavar="URL", help="Use the packshot that runs there. Default: this machine's own.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def compare(
    *,
    one: str,
    other: str,
    photos: tuple[Path, ...],
    out: Path,
    params: tuple[str, ...],
    recipe: str | None,
    measures: tuple[str, ...],
    traffic: bool,
    limit: int,
    server: str | None,
    as_json: bool,
) -> None:
    """Run both on each PHOTO (files or folders; none: the samples) and say how they differ: seconds, measures, failures.

    Writes a page with the pictures side by side, `index.html`, and the figures, `report.json`, to the folder. The page needs
    nothing else and can be sent to somebody.

    Exit status: 0 if both made every picture, else 1.

    \b
    Examples:
      packshot plugin compare denoise.cnn@1 denoise.cnn@2 shoes/ -o compared/ --measure inspect.measures
      packshot plugin compare denoise.cnn@1 denoise.cnn@2 --recipe amazon-main -o compared/
      packshot plugin compare denoise.cnn@1 denoise.cnn@2 --traffic -o compared/ --server https://packshot.example.com
    """
    from packshot.cli.comparing.session import Asked, compare_photos, compare_traffic

    if traffic:
        if photos or params or recipe or measures:
            raise click.UsageError("--traffic compares what was made already; it takes no photos, parameters or recipe.")
        raise SystemExit(compare_traffic(one, other, out, limit=limit, server=server, as_json=as_json))
    asked = Asked(params, recipe, measures)
    raise SystemExit(compare_photos(one, other, photos, out, asked=asked, server=server, as_json=as_json))
