"""`packshot apply`: one operation alone."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Run one operation alone.")
@click.argument("operation")
@click.argument("pictures", nargs=-1, metavar="[INPUT]...", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="A file, or a folder (needed for several).")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter; VALUE is JSON, else text.")
@click.option("--input", "inputs", multiple=True, metavar="NAME=PATH", help="A further input that the operation names.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**63 - 1), help="Seed of what is random.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
def apply(
    *,
    operation: str,
    pictures: tuple[Path, ...],
    out: Path,
    params: tuple[str, ...],
    inputs: tuple[str, ...],
    seed: int,
    device: str,
) -> None:
    """Run OPERATION on each INPUT, in this process and without any service.

    An INPUT is a picture, a folder of pictures, or an array: an .npy file, float32, H×W×3, sRGB 0..1 and not clipped, which
    comes out as one. OUT decides the format by its suffix, .npy too. A generator takes no INPUT. `packshot ops OPERATION`
    shows the parameters; a dot goes inside one, as in -p shadow.opacity=0.4.

    \b
    Examples:
      packshot apply enhance.clahe bag.jpg -o bag-clahe.png -p clip_limit=2.0
      packshot apply enhance.clahe bag.npy -o out.npy
    """
    from packshot.cli.applying import apply_all

    apply_all(operation, pictures, out, params=params, inputs=inputs, seed=seed, device=device)
