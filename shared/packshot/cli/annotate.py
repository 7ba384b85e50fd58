"""`packshot annotate`: tasks in which people annotate a data set, and data sets as COCO and YOLO."""

from __future__ import annotations

from pathlib import Path

import click

SERVER = click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: this machine's own.")
FORMAT = click.Choice(["coco", "yolo"])


@click.group(short_help="Annotate data sets; take them out and in as COCO or YOLO.")
def annotate() -> None:
    """Annotate data sets in the web page, and take them out and in as COCO or YOLO.

    \b
    Example:
      packshot annotate start mugs --category mug --category lid --operation cutout.classical
      packshot up --open      # the room "Annotate"
      packshot annotate publish TASK
    """


@annotate.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many to list.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@SERVER
def list_tasks(limit: int, as_json: bool, server: str | None) -> None:
    """List the tasks, the newest first, with how far they are.

    \b
    Example:
      packshot annotate list
    """
    from packshot.cli.annotating import show_tasks

    show_tasks(server, limit, as_json=as_json)


@annotate.command("start")
@click.argument("dataset", metavar="NAME[@DIGEST]")
@click.option("--category", "categories", multiple=True, required=True, help="What is to be marked. May be repeated.")
@click.option("--people", default=1, show_default=True, type=click.IntRange(1, 2), help="How many look at each picture.")
@click.option(
    "--least-overlap", default=0.8, show_default=True, type=click.FloatRange(0, 1, min_open=True), help="Less is a disagreement."
)
@click.option("--operation", metavar="OPERATION", help="What proposes masks, such as cutout.classical. Default: nothing.")
@click.option("--params", metavar="JSON", default="{}", help="Parameters of the operation.")
@click.option("--alpha", is_flag=True, help="Let the masks of a picture become its plane `alpha`.")
@SERVER
def start(
    *,
    dataset: str,
    categories: tuple[str, ...],
    people: int,
    least_overlap: float,
    operation: str | None,
    params: str,
    alpha: bool,
    server: str | None,
) -> None:
    """Start a task over a data set. People find it in the web page, in the room "Annotate".

    \b
    Example:
      packshot annotate start mugs --category mug --people 2 --operation cutout.classical --alpha
    """
    from packshot.cli.annotating import start_task

    start_task(
        server,
        params,
        dataset=dataset,
        categories=categories,
        people=people,
        least_overlap=least_overlap,
        operation=operation,
        alpha=alpha,
    )


@annotate.command("agreement")
@click.argument("task")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@SERVER
def agreement(task: str, as_json: bool, server: str | None) -> None:
    """Say how far two people agree: overlap of boxes and masks, and Cohen's kappa of their classes.

    \b
    Example:
      packshot annotate agreement 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b
    """
    from packshot.cli.annotating import show_agreement

    show_agreement(server, task, as_json=as_json)


@annotate.command("publish")
@click.argument("task")
@click.option("--partial", is_flag=True, help="Although pictures are undone or undecided: they keep the labels they had.")
@SERVER
def publish(task: str, partial: bool, server: str | None) -> None:
    """Make a new version of the data set of what people have said. Doing it again gives the same version.

    \b
    Example:
      packshot annotate publish 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b
    """
    from packshot.cli.annotating import publish_task

    publish_task(server, task, partial=partial)


@annotate.command("export")
@click.argument("dataset", metavar="NAME[@DIGEST]")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "kind", type=FORMAT, required=True, help="coco: instances; yolo: detection and segmentation.")
@SERVER
def export_set(dataset: str, folder: Path, kind: str, server: str | None) -> None:
    """Write a data set with its pictures into FOLDER. Run again, it fetches only the pictures that are not there.

    \b
    Example:
      packshot annotate export mugs mugs-yolo/ --format yolo
    """
    from packshot.cli.annotating import export_set

    export_set(server, dataset, folder, kind)


@annotate.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", required=True, help="What the data set is called.")
@click.option("--format", "kind", type=FORMAT, help="Default: yolo where FOLDER has a data.yaml, else coco.")
@SERVER
def import_set(folder: Path, name: str, kind: str | None, server: str | None) -> None:
    """Make a data set, or a new version of one, of FOLDER: COCO instances, or YOLO boxes and polygons.

    \b
    Example:
      packshot annotate import mugs-coco/ --name mugs
    """
    from packshot.cli.annotating import import_set

    import_set(server, folder, name, kind)
