"""/v1/models: the register of models, as the object store holds it."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import ValidationError

from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import ModelRegistered
from packshot.contracts.training_http import ModelView
from packshot.errors import BadParameters
from packshot.models.register import Version, card_of, find, register, registered_at, versions
from packshot.plugin.models.card import ModelCard
from packshot_gateway.database import outbox
from packshot_gateway.http.context import Admin, Context, Gateway
from packshot_gateway.projection.jobs import SOURCE

router = APIRouter(prefix="/v1", tags=["models"])


@router.get("/models")
async def models(gateway: Gateway, caller: Admin) -> list[ModelView]:
    """Every registered version, by name; the newest last."""
    return [await _view(gateway, version) for version in await versions(gateway.store)]


@router.get("/models/{reference}")
async def show(gateway: Gateway, caller: Admin, reference: str) -> ModelView:
    """The newest version of a model, or `NAME@MAJOR`, or `NAME@VERSION`, with its card and figures."""
    return await _view(gateway, await find(gateway.store, reference))


@router.post("/models", status_code=201)
async def add(
    gateway: Gateway,
    caller: Admin,
    card: Annotated[str, Form(description="The card, as JSON")],
    files: Annotated[list[UploadFile], File()],
) -> ModelView:
    """Register a model that was trained elsewhere: its card, and its files by their names on the card. Workers take it up."""
    try:
        described = ModelCard.model_validate_json(card)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadParameters(f"The card cannot be used: {where + ': ' if where else ''}{first['msg']}.") from error
    with tempfile.TemporaryDirectory(prefix="packshot-models-") as name:
        given = {}
        for number, upload in enumerate(files):
            path = given[upload.filename or ""] = Path(name) / str(number)
            with path.open("wb") as content:
                while chunk := await upload.read(1 << 20):
                    await asyncio.to_thread(content.write, chunk)
        version = await register(gateway.store, described, given)
    said = ModelRegistered(
        name=version.name, release=version.version, digest=version.digest, card=described.model_dump(mode="json")
    )
    async with gateway.database.writing() as session:
        await outbox.put(session, Envelope.of(said, source=SOURCE))
    gateway.relay.wake()
    return await _view(gateway, version)


async def _view(gateway: Context, version: Version) -> ModelView:
    card = await card_of(gateway.store, version)
    views = await gateway.catalogue.views()
    offering = (view.workers for view in views if (view.name, view.version) == (version.name, version.version))
    return ModelView(
        name=version.name,
        version=version.version,
        digest=version.digest,
        registered_at=await registered_at(gateway.store, version),
        card=card.model_dump(mode="json"),
        workers=sum(offering),
    )
