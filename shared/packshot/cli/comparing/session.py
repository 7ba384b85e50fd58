"""One comparison from its arguments to its exit status."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from packshot.cli.applying import parse_params
from packshot.cli.batch.photos import find_photos
from packshot.cli.batch.session import as_recipe
from packshot.cli.comparing.figures import Report, likeness_of, report_of
from packshot.cli.comparing.page import page_of
from packshot.cli.comparing.pairs import Pair, is_version, pairs_of
from packshot.cli.comparing.recipes import with_version
from packshot.cli.comparing.table import rows_of
from packshot.cli.console import Failed, show_json, show_table
from packshot.cli.home import log_to_file
from packshot.cli.reach import ask_gateway, reach
from packshot.cli.steering import split_version
from packshot.client import Client
from packshot.contracts.http import JobView, ShadowPair, TrafficView
from packshot.contracts.recipe import Recipe, Step
from packshot.errors import BadParameters, UnknownName, nearest
from packshot.samples import write_samples
from packshot.serving import run
from packshot.settings import Settings

BOTH_MADE, SOME_FAILED = 0, 1

Versions = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """What to run the two versions with."""

    params: Sequence[str] = ()
    recipe: str | None = None
    measures: Sequence[str] = ()


def compare_photos(
    one: str,
    other: str,
    paths: Sequence[Path],
    out: Path,
    *,
    asked: Asked,
    server: str | None,
    as_json: bool,
) -> int:
    """Run both versions on the photos; the exit status."""
    versions = _checked(one, other)
    settings = Settings.read()
    given = parse_params(asked.params)
    written = None if asked.recipe is None else as_recipe(asked.recipe)

    async def compare() -> list[Pair]:
        async with reach(server, settings, wait=True) as client:
            base = await _base(client, written)
            recipes = [with_version(base, versions, version, given, asked.measures) for version in versions]
            found: list[Pair] = []
            for index, photo in enumerate(photos):
                found += await _run_both(client, photo, recipes, versions, turned=bool(index % 2))
                click.echo(f"{photo.name} ({index + 1} of {len(photos)})", err=True)
            return found

    if server is None:
        log_to_file(settings)
    with tempfile.TemporaryDirectory(prefix="packshot-samples-") as folder:
        photos = _photos(paths, out) if paths else write_samples(Path(folder))
        return _tell(versions, run(compare()), out, as_json=as_json)


def compare_traffic(one: str, other: str, out: Path, *, limit: int, server: str | None, as_json: bool) -> int:
    """Compare what traffic has brought; the exit status."""
    versions = _checked(one, other)
    operation, _ = split_version(one)
    if operation != split_version(other)[0]:
        raise BadParameters(f"Traffic is split between versions of one operation; {one} and {other} are of two.")

    async def compare(client: Client) -> tuple[list[Pair], TrafficView]:
        found: list[Pair] = []
        for each in await client.shadows(operation, limit):
            if (jobs := _in_order(each, versions)) is not None:
                found += await pairs_of(client, jobs, versions)
        return found, await client.traffic_of(operation)

    pairs, traffic = ask_gateway(server, compare)
    if not pairs and not any(version.jobs for version in traffic.versions):
        raise Failed(
            f"No traffic was split between {one} and {other} yet. `packshot plugin shadow {other}` begins to, without effect."
        )
    return _tell(versions, pairs, out, as_json=as_json, traffic=traffic)


def _in_order(pair: ShadowPair, versions: Versions) -> tuple[JobView, JobView] | None:
    """The job of the one version and that of the other; None if the pair is of further versions."""
    jobs = (pair.job, pair.shadow)
    for order in (jobs, jobs[::-1]):
        if all(_has(job, version) for job, version in zip(order, versions, strict=True)):
            return order[0], order[1]
    return None


def _has(job: JobView, version: str) -> bool:
    done = [record for output in job.outputs for record in output.lineage]
    # What failed has no lineage to tell its version by; its partner tells.
    return not done or any(is_version(record.operation, record.version, version) for record in done)


async def _base(client: Client, recipe: str | Recipe | None) -> tuple[Recipe, dict[str, Recipe]] | None:
    """The recipe that the versions run in, with those it may include; None: they run alone."""
    if recipe is None:
        return None
    known = {each.name: each for each in await client.recipes()}
    if isinstance(recipe, Recipe):
        return recipe, known
    if recipe not in known:
        raise UnknownName(f"There is no recipe {recipe!r}. {nearest(recipe, list(known))}")
    return known[recipe], known


async def _run_both(client: Client, photo: Path, recipes: Sequence[Recipe], versions: Versions, *, turned: bool) -> list[Pair]:
    # One after the other, and in turns first: neither is to have the machine warmed up by the other, nor share it.
    made: dict[str, JobView] = {}
    for place in (1, 0) if turned else (0, 1):
        listing = await client.submit([photo], [recipes[place]])
        (job,) = listing.jobs
        async for _ in client.events(job.id):
            continue
        made[versions[place]] = await client.job(job.id)
    return await pairs_of(client, (made[versions[0]], made[versions[1]]), versions)


def _photos(paths: Sequence[Path], out: Path) -> list[Path]:
    photos, faults = find_photos(paths, out)
    for fault in faults:
        click.secho(f"{fault.source}: {fault.message}", fg="red", err=True)
    if not photos:
        raise Failed("There is no photo to compare on.")
    return [photo.path for photo in photos]


def _checked(one: str, other: str) -> Versions:
    for text in (one, other):
        if split_version(text)[1] is None:
            raise BadParameters(f"Say which version of {text} is meant, as in {text}@1.")
        Step(operation=text)
    if one == other:
        raise BadParameters(f"{one} differs in nothing from itself. Name two versions.")
    return one, other


def _tell(versions: Versions, pairs: Sequence[Pair], out: Path, *, as_json: bool, traffic: TrafficView | None = None) -> int:
    likenesses = [likeness_of(pair) for pair in pairs]
    report = report_of(versions, pairs, likenesses)
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").write_text(page_of(report, pairs, likenesses, traffic), encoding="utf-8")
    plain = {**asdict(report), "traffic": traffic.model_dump(mode="json") if traffic else None}
    (out / "report.json").write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if as_json:
        show_json(plain)
    else:
        _print(report, traffic)
        click.echo(out / "index.html")
    return SOME_FAILED if report.one.failures or report.other.failures else BOTH_MADE


def _print(report: Report, traffic: TrafficView | None) -> None:
    show_table(("", report.one.version, report.other.version), rows_of(report, traffic))
    for figures in (report.one, report.other):
        for failure in figures.failures:
            click.secho(f"{figures.version}: {failure}", fg="red", err=True)
