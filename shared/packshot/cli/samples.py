"""`packshot samples`: photos to try packshot with."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Write sample photos.")
@click.option("-o", "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the photos.")
def samples(out: Path) -> None:
    """Write sample photos to a folder, to try packshot with.

    \b
    Example:
      packshot samples -o photos/
    """
    from packshot.samples import write_samples

    for path in write_samples(out):
        click.echo(path)
