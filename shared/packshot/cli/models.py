"""`packshot models`: the models that users bring."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from packshot.plugin.models import ModelCard
    from packshot.plugin.models.folder import ModelFolder


@click.group(short_help="Bring your own models.")
def models() -> None:
    """Bring your own models: cards and files in PACKSHOT_MODELS_DIR, by default a folder in PACKSHOT_HOME.

    \b
    Example:
      packshot models describe my-net.onnx
      packshot models add my-card.yaml
      packshot models fetch my-net
      packshot ops onnx.cutout.my-net
    """


@models.command("list")
@click.option("--registered", is_flag=True, help="Those of the register, which workers take up by themselves.")
@click.option("--server", metavar="URL", help="With --registered: of the packshot that runs there.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_models(*, registered: bool, server: str | None, as_json: bool) -> None:
    """List the models of this machine, and which of their files are missing. Nothing is read but the cards.

    With --registered, list every version of the register, with its figures. Exit status: 0 if all cards can be used and all
    files are here, else 1.

    \b
    Examples:
      packshot models list
      packshot models list --registered --server http://packshot:8780
    """
    if registered or server:
        from packshot.cli.registered import show_registered

        show_registered(server, as_json=as_json)
        return

    from packshot.cli.console import show_json, show_table
    from packshot.errors import PackshotError

    folder, rows, faults = _folder(), [], []
    for name in folder.names:
        try:
            card = folder.card(name)
        except PackshotError as error:
            faults.append(str(error))
            continue
        lacks = [file.name for file in folder.missing(card)]
        rows.append({**card.model_dump(mode="json", include={"name", "version", "family", "licence"}), "missing": lacks})
    if as_json:
        show_json({"models": rows, "faults": faults})
    else:
        told = ([row["name"], row["version"], row["family"], row["licence"], _state(row["missing"])] for row in rows)
        show_table(("model", "version", "family", "licence", "files"), told)
        _complain(faults)
    raise SystemExit(1 if faults or any(row["missing"] for row in rows) else 0)


@models.command("describe")
@click.argument("source")
@click.option("--server", metavar="URL", help="Look into the register of the packshot that runs there.")
@click.option("--json", "as_json", is_flag=True, help="Print a registered version as JSON.")
def describe_model(source: str, server: str | None, as_json: bool) -> None:
    """Describe a file, a folder, or a registered model.

    Of an ONNX file or the folder of a diffusers pipeline, print the `files` of a card. Of a registered model (NAME,
    NAME@MAJOR or NAME@VERSION), print its card and figures.

    \b
    Examples:
      packshot models describe my-net.onnx >> my-card.yaml
      packshot models describe denoise.cnn@1
    """
    if not Path(source).exists():
        from packshot.cli.registered import show_version

        show_version(server, source, as_json=as_json)
        return
    import yaml

    from packshot.plugin.models.adding import describe

    files = [{**file.model_dump(exclude={"url"}), "url": ""} for file in describe(Path(source))]
    click.echo(yaml.safe_dump({"files": files}, sort_keys=False, allow_unicode=True), nl=False)


@models.command("add")
@click.argument("card", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("sources", nargs=-1, type=click.Path(exists=True, path_type=Path))
def add_model(card: Path, sources: Sequence[Path]) -> None:
    """Take up CARD, and of SOURCES, files or folders on this machine, those that it names by digest.

    \b
    Example:
      packshot models add my-card.yaml my-net.onnx
    """
    from packshot.plugin.models.adding import add_card

    folder = _folder()
    taken = add_card(card, sources, folder)
    click.echo(f"{taken.name}: {_state([file.name for file in folder.missing(taken)])}")


@models.command("register")
@click.argument("card", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("sources", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--server", metavar="URL", help="In the packshot that runs there. Default: this machine's own.")
def register_model(card: Path, sources: Sequence[Path], server: str | None) -> None:
    """Register the model of CARD, of whose files SOURCES are the ones (safetensors), so that all workers take it up.

    A version never changes: another content needs another version. `packshot train … --register` does this by itself.

    \b
    Example:
      packshot models register my-card.yaml weights.safetensors --server http://packshot:8780
    """
    from packshot.cli.registered import register_files

    register_files(server, card, sources)


@models.command("fetch")
@click.argument("names", nargs=-1)
@click.option("--all", "all_of_them", is_flag=True, help="Every model.")
def fetch_models(names: Sequence[str], all_of_them: bool) -> None:
    """Fetch the missing files of the models NAMES from the addresses on their cards, and check each against its digest.

    A fetch that was broken off goes on where it ended when the command is run again.

    \b
    Example:
      packshot models fetch my-net
    """
    from packshot.fetching import Opener
    from packshot.plugin.models.fetching import fetch_file, walls
    from packshot.serving import run
    from packshot.settings import Settings

    folder = _folder()
    opener = Opener(walls(allow_private=Settings.read().models_allow_private))

    async def fetch(card: ModelCard) -> None:
        for file in card.files:
            with click.progressbar(length=file.bytes, label=f"{card.name}/{file.name}") as bar:
                await fetch_file(file, folder, opener, partial(_move, bar))
        folder.link(card)
        click.echo(f"{card.name}: every file is here")

    for card in _chosen(folder, names, all_of_them):
        run(fetch(card))


@models.command("verify")
@click.argument("names", nargs=-1)
def verify_models(names: Sequence[str]) -> None:
    """Read every file of the models NAMES, by default of all, and compare it with its digest.

    Exit status: 0 if all are right, else 1.

    \b
    Example:
      packshot models verify
    """
    from packshot.errors import PackshotError

    folder, faults = _folder(), []
    for name in names or folder.names:
        try:
            card = folder.card(name)
            folder.check(card)
            folder.link(card)
            click.echo(f"{name}: right")
        except PackshotError as error:
            faults.append(str(error))
    _complain(faults)
    raise SystemExit(1 if faults else 0)


def _folder() -> ModelFolder:
    from packshot.plugin.models.folder import models_folder
    from packshot.settings import Settings

    return models_folder(Settings.read())


def _chosen(folder: ModelFolder, names: Sequence[str], all_of_them: bool) -> list[ModelCard]:
    if bool(names) == all_of_them:
        raise click.UsageError("Give the names of models, or --all.")
    return [folder.card(name) for name in names or folder.names]


def _move(bar: ProgressBar[int], have: int) -> None:
    bar.update(have - bar.pos)


def _state(missing: Sequence[str]) -> str:
    return f"missing: {', '.join(missing)}" if missing else "every file is here"


def _complain(faults: Sequence[str]) -> None:
    for fault in faults:
        click.secho(fault, fg="red", err=True)
