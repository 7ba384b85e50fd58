"""What a run writes: an image and a JSON report for each output."""

from __future__ import annotations

import json
import mimetypes
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packshot.cli.batch.photos import Photo
from packshot.client import Client
from packshot.contracts.http import JobView, ListingView, OutputView
from packshot.errors import PackshotError


@dataclass(frozen=True)
class Output:
    """One finished image on disk."""

    source: Path
    recipe: str
    output: str
    file: Path
    report: Path
    cached: bool
    """Whether no step had to be done for it."""
    seconds: float
    """Spent on its steps in this run; 0 from the cache."""
    verdicts: dict[str, str]
    """What checks said of it, by operation: whatever finding has a `verdict`."""
    confidence: dict[str, str]
    """How sure the rules are that a verdict rests on, by operation."""
    alerts: dict[str, str]
    """What somebody should look at, by operation: whatever finding has an `alert`."""


def shared_outputs(jobs: Iterable[JobView]) -> frozenset[str]:
    """The output names that several recipes of one run make, so that files need the recipe's name too."""
    recipes_making = Counter(name for _, name in {(job.recipe, output.name) for job in jobs for output in job.outputs})
    return frozenset(name for name, recipes in recipes_making.items() if recipes > 1)


async def write_output(
    client: Client, listing: ListingView, job: JobView, output: OutputView, *, photo: Photo, out: Path, name_recipe: bool
) -> Output:
    """Download one output to `out` and write its report beside it. The report comes last: where it is, the image is whole."""
    if output.artifact is None:
        raise PackshotError(f"The server says that output {output.name} is ready, but names no artifact for it.")
    base = f"{photo.stem}.{job.recipe}.{output.name}" if name_recipe else f"{photo.stem}.{output.name}"
    file = out / f"{base}{_suffix(output)}"
    await client.download(output.artifact.digest, file)
    report = out / f"{base}.json"
    fresh = [record for record in output.lineage if not record.cached]
    written = Output(
        source=photo.path,
        recipe=job.recipe,
        output=output.name,
        file=file,
        report=report,
        cached=bool(output.lineage) and not fresh,
        seconds=round(sum((record.seconds for record in fresh), 0.0), 4),
        verdicts=_said(output, "verdict"),
        confidence=_said(output, "confidence"),
        alerts=_said(output, "alert"),
    )
    report.write_text(json.dumps(_report(written, listing, job, output), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return written


def _suffix(output: OutputView) -> str:
    named = Path(output.filename or "").suffix
    guessed = mimetypes.guess_extension(output.artifact.media_type) if output.artifact else None
    return named or guessed or ".bin"


def _said(output: OutputView, field: str) -> dict[str, str]:
    """What findings have in `field`, by operation."""
    found = ((operation, finding.get(field)) for operation, finding in output.findings.items() if isinstance(finding, dict))
    return {operation: said for operation, said in found if isinstance(said, str)}


def _report(written: Output, listing: ListingView, job: JobView, output: OutputView) -> dict[str, Any]:
    assert output.artifact is not None
    return {
        "source": str(written.source),
        "sku": listing.sku,
        "recipe": job.recipe,
        "output": output.name,
        "file": written.file.name,
        "media_type": output.artifact.media_type,
        "width": output.width,
        "height": output.height,
        "bytes": output.artifact.size,
        "sha256": output.artifact.digest,
        "cached": written.cached,
        "seconds": written.seconds,
        "verdicts": written.verdicts,
        "confidence": written.confidence,
        "alerts": written.alerts,
        "findings": output.findings,
        "lineage": [record.model_dump(mode="json") for record in output.lineage],
        "listing": listing.id,
        "job": job.id,
    }
