"""What is compared: one picture as each of two versions made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from packshot.client import Client
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.http import JobView, OutputView
from packshot.contracts.model import Json


@dataclass(frozen=True)
class Made:
    """One output as one version made it, or why it did not."""

    picture: bytes | None = None
    seconds: float | None = None
    """Spent by the compared operation, also where its result came from the cache."""
    findings: Json | None = None
    failure: str = ""


@dataclass(frozen=True)
class Pair:
    """One output of one photo, made twice."""

    photo: str
    output: str
    one: Made
    other: Made
    before: bytes | None = None
    megapixels: float | None = None
    """Of the photo."""


async def pairs_of(client: Client, jobs: tuple[JobView, JobView], versions: tuple[str, str]) -> list[Pair]:
    """A pair for each output of two jobs of one recipe on one photo, with their pictures downloaded."""
    photo = jobs[0].photo
    before = await _picture(client, photo.artifact)
    size = photo.width * photo.height / 1e6 if photo.width and photo.height else None
    found = []
    for name in [output.name for output in jobs[0].outputs]:
        one, other = [await _made(client, job, name, version) for job, version in zip(jobs, versions, strict=True)]
        found.append(Pair(photo.filename, name, one, other, before, size))
    return found


async def _made(client: Client, job: JobView, name: str, version: str) -> Made:
    output = next((output for output in job.outputs if output.name == name), None)
    if output is None or not output.ready:
        failure = (output.failure if output else None) or job.failure or job.photo.failure
        return Made(failure=failure.message if failure else f"The job is {job.state.value}.")
    return Made(await _picture(client, output.artifact), _seconds(output, version), output.findings)


async def _picture(client: Client, artifact: ArtifactRef | None) -> bytes | None:
    return None if artifact is None else await client.content(artifact.digest)


def _seconds(output: OutputView, version: str) -> float | None:
    took = [record.seconds for record in output.lineage if is_version(record.operation, record.version, version)]
    return sum(took) if took else None


def is_version(operation: str, version: str, wanted: str) -> bool:
    """Whether `operation` in `version` (1.2.3) is `wanted` (`name@1`)."""
    return f"{operation}@{version.split('.', 1)[0]}" == wanted


def numbers_in(findings: Mapping[str, JsonValue] | None, prefix: str = "") -> Iterator[tuple[str, float]]:
    """The figures in findings, by dotted path; lists, such as rule by rule reports, are left out."""
    for name, value in (findings or {}).items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from numbers_in(value, f"{path}.")
        elif isinstance(value, int | float):
            yield path, float(value)
