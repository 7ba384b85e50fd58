"""/v1/artifacts: pictures, to those they belong to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse

from packshot.contracts.artifact import ArtifactRef
from packshot.store.protocol import ArtifactStore
from packshot_gateway.database import artifacts
from packshot_gateway.database.keys import Scope
from packshot_gateway.http.context import Gateway, Reader
from packshot_gateway.http.problems import NotFound
from packshot_gateway.views import SUFFIXES

router = APIRouter(prefix="/v1/artifacts", tags=["artifacts"])

Digest = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content")]
Download = Annotated[str | None, Query(max_length=255, description="Save it under this name")]


@router.get("/{digest}", response_class=StreamingResponse)
async def show(
    request: Request,
    gateway: Gateway,
    caller: Reader,
    digest: Digest,
    download: Download = None,
) -> Response:
    """A photo or an output of this tenant."""
    async with gateway.database.reading() as session:
        ref = await artifacts.find(session, caller.tenant, digest, shadows=Scope.ADMIN in caller.scopes)
    if ref is None:
        raise NotFound(f"There is no artifact {digest}.")
    return await send(request, gateway.store, ref, download)


async def send(request: Request, store: ArtifactStore, ref: ArtifactRef, download: str | None) -> Response:
    """What is stored under `ref`: a picture to be shown, anything else (or with `download`) a file to save."""
    headers = {
        "etag": f'"{ref.digest}"',
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    stored = await store.stat(ref.digest)
    # Only known kinds of pictures are shown; anything else a stranger sent is a file to save.
    shown = ref.media_type in SUFFIXES
    if download is not None or not shown:
        headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(download or ref.digest)}"
    headers["content-length"] = str(stored.size)
    body = await _opened(store.stream(ref.digest))
    return StreamingResponse(body, headers=headers, media_type=ref.media_type if shown else "application/octet-stream")


async def _opened(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks, the first of them read already: a store that is away is a 503, not a broken answer."""
    first = await anext(chunks, b"")

    async def all_chunks() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return all_chunks()
