"""Which artifacts a tenant may see: its photos, and what was made of them."""

from __future__ import annotations

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.artifact import ArtifactRef
from packshot_gateway.database.tables import Job, Output, Photo


async def find(session: AsyncSession, tenant: str, digest: str, *, shadows: bool = False) -> ArtifactRef | None:
    """The artifact, if it is one of this tenant's photos or outputs; with `shadows`, also what was made in shadow."""
    photos = select(Photo.artifact).where(Photo.tenant == tenant, Photo.digest == digest).limit(1)
    outputs = select(Output.artifact).where(Output.tenant == tenant, Output.digest == digest).limit(1)
    if not shadows:
        outputs = outputs.join(Job, Job.id == Output.job).where(Job.shadow_of.is_(None))
    found = (await session.execute(union_all(photos.subquery().select(), outputs.subquery().select()))).scalars().all()
    refs = [ArtifactRef.model_validate(artifact) for artifact in found]
    return next((ref for ref in refs if ref.media_type.startswith("image/")), refs[0] if refs else None)
