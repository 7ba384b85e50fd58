"""What `packshot models` shows and does of the register."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import yaml

from packshot.cli.console import show_json, show_table
from packshot.cli.reach import ask_gateway
from packshot.cli.training import print_figures
from packshot.errors import BadSettings
from packshot.plugin.models.adding import files_in
from packshot.plugin.models.card import ModelCard, read_card
from packshot.plugin.models.folder import digest_of_file
from packshot.training_client import TrainingClient


def show_registered(server: str | None, *, as_json: bool) -> None:
    """A line for each version."""
    found = ask_gateway(server, lambda client: TrainingClient(client).models())
    if as_json:
        show_json([one.model_dump(mode="json") for one in found])
        return
    rows = []
    for one in found:
        card = ModelCard.model_validate(one.card)
        figures = card.made.figures if card.made else {}
        said = ", ".join(f"{name} {_mean(figure)}" for name, figure in figures.items())
        since = f"{one.registered_at:%Y-%m-%d}" if one.registered_at else ""
        rows.append((f"{one.name}@{one.version}", card.family, str(one.workers), since, card.licence, said))
    show_table(("model", "family", "workers", "since", "licence", "figures"), rows)


def show_version(server: str | None, reference: str, *, as_json: bool) -> None:
    """A version with its card and figures. Raises UnknownName saying what is near."""
    found = ask_gateway(server, lambda client: TrainingClient(client).model(reference))
    if as_json:
        show_json(found.model_dump(mode="json"))
        return
    card = ModelCard.model_validate(found.card)
    click.echo(f"{found.name}@{found.version}, offered by {found.workers} workers")
    if card.made:
        click.echo(f"Trained on {card.made.device}; figures on the test side:")
        print_figures(card.made.figures, card.made.baselines)
    click.echo(yaml.safe_dump(found.card, sort_keys=False, allow_unicode=True), nl=False)


def register_files(server: str | None, path: Path, sources: Sequence[Path]) -> None:
    """Register a card with those of `sources`, files or folders of them, that it names by digest."""
    card = read_card(path)
    here = {digest_of_file(one): one for source in sources for one in files_in(source)}
    if missing := [file.name for file in card.files if file.sha256 not in here]:
        raise BadSettings(f"None of the files given is {', '.join(missing)} of the card; compare: packshot models describe FILE")
    files = [(file.name, here[file.sha256]) for file in card.files]
    made = ask_gateway(server, lambda client: TrainingClient(client).register(card.model_dump_json(exclude_defaults=True), files))
    click.echo(f"{made.name}@{made.version}: registered; running workers take it up")


def _mean(figure: object) -> str:
    return f"{figure['mean']:.4g}" if isinstance(figure, dict) else ""
