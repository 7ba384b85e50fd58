"""Where the versions of a data set are written down: `datasets/<name>/<time>-<digest>`, so that none overwrites another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from packshot.contracts.collecting import Summary
from packshot.contracts.dataset import Manifest
from packshot.errors import BadParameters, UnknownName, nearest
from packshot.store.protocol import ArtifactStore

MOST_CATEGORIES = 100
MANIFEST_MEDIA_TYPE = "application/vnd.packshot.manifest+json"
_TIME = "%Y%m%dt%H%M%S%fz"


@dataclass(frozen=True)
class Version:
    """One version of a data set."""

    name: str
    created: datetime
    digest: str

    @property
    def entry(self) -> str:
        """Where it is written down."""
        return f"datasets/{self.name}/{self.created.strftime(_TIME)}-{self.digest}"

    def __str__(self) -> str:
        return f"{self.name}@{self.digest[:12]}"


async def save_manifest(store: ArtifactStore, manifest: Manifest) -> Version:
    """Store a manifest as a blob, and write it down as the newest version of its name."""
    ref = await store.put(manifest.model_dump_json().encode(), MANIFEST_MEDIA_TYPE)
    version = Version(manifest.name, manifest.created, ref.digest)
    await store.put_entry(version.entry, summary_of(manifest).model_dump_json().encode())
    return version


def summary_of(manifest: Manifest) -> Summary:
    """What is in a manifest, counted."""
    items = manifest.items
    return Summary(
        items=len(items),
        products=len({item.product for item in items}),
        categories=dict(Counter(item.category for item in items if item.category).most_common(MOST_CATEGORIES)),
        splits=dict(Counter(item.split for item in items)),
        planes=dict(Counter(plane for item in items for plane in item.planes)),
        labels=sum(len(item.labels) for item in items),
        rejected=manifest.report is not None,
    )


async def load_summary(store: ArtifactStore, version: Version) -> Summary | None:
    """What is in a version, without reading its manifest; None where it was saved without."""
    written = await store.get_entry(version.entry)
    try:
        return Summary.model_validate_json(written) if written and written != b"{}" else None
    except ValidationError:
        return None


async def versions(store: ArtifactStore, name: str = "") -> list[Version]:
    """All versions of one data set, or of all, oldest first."""
    return [_version(entry) for entry in await store.entries(f"datasets/{name}" if name else "datasets")]


async def load_manifest(store: ArtifactStore, reference: str) -> Manifest:
    """The manifest that `NAME` (its newest version) or `NAME@DIGEST` (the first digits do) names.

    Raises UnknownName with what is near, BadParameters for a manifest that cannot be read.
    """
    return await read_manifest(store, (await find_version(store, reference)).digest)


async def read_manifest(store: ArtifactStore, digest: str) -> Manifest:
    """The manifest that is stored under `digest`. Raises BadParameters for one that cannot be read."""
    try:
        return Manifest.model_validate_json(await store.get(digest))
    except ValidationError as error:
        raise BadParameters(f"The manifest {digest} cannot be read: {error.errors(include_url=False)[0]['msg']}.") from error


async def find_version(store: ArtifactStore, reference: str) -> Version:
    """The version that `reference` names. Raises UnknownName with what is near."""
    name, _, digest = reference.partition("@")
    known = await versions(store)
    found = [version for version in known if version.name == name and version.digest.startswith(digest)]
    if not found:
        names = sorted({str(version) if digest else version.name for version in known})
        raise UnknownName(f"There is no data set {reference!r}. {nearest(reference, names)}")
    return found[-1]


def _version(entry: str) -> Version:
    _, name, stamp = entry.split("/")
    time, _, digest = stamp.partition("-")
    return Version(name, datetime.strptime(time + "+0000", _TIME + "%z"), digest)
