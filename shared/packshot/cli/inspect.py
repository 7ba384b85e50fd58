"""`packshot inspect`: pictures of a production line."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(short_help="Inspect pictures of a production line.")
def inspect() -> None:
    """Inspect pictures of a production line.

    \b
    Example:
      packshot inspect watch camera/ --golden good-part.jpg -o inspected/
    """


@inspect.command(short_help="Compare each new picture with a good sample.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-g",
    "--golden",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A picture of a good part.",
)
@click.option(
    "-o", "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for pictures and reports."
)
@click.option(
    "-r",
    "--recipe",
    default="golden-inspection",
    show_default=True,
    help="A recipe over a listing: the picture, then the sample.",
)
@click.option(
    "--every", default=1.0, show_default=True, type=click.FloatRange(0.05, 3600), help="Seconds between two looks at the folder."
)
@click.option("--server", metavar="URL", help="Use the packshot that runs there. Default: this machine's own.")
def watch(*, folder: Path, golden: Path, out: Path, recipe: str, every: float, server: str | None) -> None:
    """Compare each new picture that appears in FOLDER with a good sample, until Ctrl-C.

    A picture is taken once its size no longer changes. With - for FOLDER, paths are read from standard input, a line each, until
    its end: for cameras whose program says what it wrote. Each picture gets a line with its verdict, a marked copy and a report;
    a part that fails says why, and raises the event inspection.alerted.

    Exit status: 0 if every picture passed, 1 if one failed or could not be inspected.

    \b
    Example:
      packshot inspect watch camera/ --golden good-part.jpg -o inspected/
    """
    from packshot.cli.watching import Line, watch_line

    raise SystemExit(watch_line(Line(folder, golden, recipe, out, every), server))
