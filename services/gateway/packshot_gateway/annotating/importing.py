"""Data sets that come from elsewhere: pictures first, then the manifest that names them."""

from __future__ import annotations

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Manifest
from packshot.datasets.register import Version, save_manifest
from packshot.errors import ArtifactMissing, BadParameters
from packshot.imaging.sniff import sniff
from packshot.store.protocol import ArtifactStore
from packshot_gateway.database import Database, collections
from packshot_gateway.http.problems import Conflict


async def take(store: ArtifactStore, content: bytes) -> ArtifactRef:
    """Keep a picture. Raises BadPhoto for what is none."""
    return await store.put(content, sniff(content).media_type)


async def register(database: Database, store: ArtifactStore, tenant: str, manifest: Manifest) -> Version:
    """Write the manifest down as the newest version of its name.

    Raises BadParameters where a picture was not sent, Conflict where the name is somebody else's.
    """
    if not manifest.items:
        raise BadParameters("The manifest names no picture.")
    refs = [item.picture for item in manifest.items]
    refs += [label.mask for item in manifest.items for label in item.labels if label.mask is not None]
    refs += [plane for item in manifest.items for plane in item.planes.values()]
    for ref in {ref.digest: ref for ref in refs}.values():
        try:
            await store.stat(ref.digest)
        except ArtifactMissing as error:
            raise BadParameters(f"The picture {ref.digest} was not sent. Send it first, then the manifest again.") from error
    async with database.writing() as session:
        if not await collections.claim(session, manifest.name, tenant):
            raise Conflict(f"The name {manifest.name!r} is taken. Choose another one.")
    return await save_manifest(store, manifest)
