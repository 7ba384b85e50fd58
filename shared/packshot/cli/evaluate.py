"""`packshot evaluate`: how good operations and models are."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Measure operations and models on a data set.")
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option("--data", required=True, metavar="NAME[@DIGEST]", help="The data set.")
@click.option("--split", default="test", show_default=True, type=click.Choice(["train", "validation", "test"]), help="Its side.")
@click.option("--degrade", metavar="KIND:LEVEL", help="What is to be restored: noise:25, jpeg:20 or blur:2.")
@click.option("-p", "--param", "params", multiple=True, metavar="TARGET:NAME=VALUE", help="A parameter of one TARGET.")
@click.option("--features", metavar="NETWORK", help="Compare sets of pictures by features of this network.")
@click.option("--baselines/--no-baselines", default=True, help="With --features: beside what needs no network.  [default: yes]")
@click.option("--limit", type=click.IntRange(1), help="At most so many pictures, evenly taken.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Of the intervals' draws.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for report.json, report.md, sheet.png."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def evaluate(*, targets: tuple[str, ...], out: Path | None, as_json: bool, **asked: object) -> None:
    """Run each TARGET, an operation or a registered model, on the pictures of a data set, and compare what comes out.

    With --degrade: PSNR and SSIM of what is restored. Else, of cutouts: intersection over union, boundary F, mean absolute
    error and SAD against the data set's masks. Means have 95 % intervals (bootstrap over pictures). Data set and models are
    read from this machine's store, or that of PACKSHOT_STORE_URL. Exit status 1 if some picture could not be measured.

    With --features, TARGETs are sets of pictures: a folder, a data set, or an operation that makes pictures of nothing (each seed
    one). Each is compared with the data set's side by features of the network: Fréchet and kernel distance, precision, recall,
    density, coverage, nearness to training pictures, and what a classifier learns from them; beside training pictures as the
    floor, and baselines.

    \b
    Examples:
      packshot evaluate denoise.nlm denoise.cnn@1 --data mugs --degrade noise:25 -o figures/
      packshot evaluate cutout.classical cutout.net --data mugs@3fa1 -p cutout.classical:refine=false
      packshot evaluate samples/ --data mugs --features mugs -o figures/
    """
    if asked["features"]:
        from packshot.cli.evaluating_sets import evaluate_sets

        evaluate_sets(targets, asked, out, as_json=as_json)
        return
    from packshot.cli.evaluating import evaluate_targets

    evaluate_targets(targets, asked, out, as_json=as_json)
