"""/v1/listings: merchants send photos in and see what became of them."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Query, Response, UploadFile

from packshot.contracts.http import ListingView
from packshot.contracts.model import Json
from packshot.recipes.loading import load_recipes
from packshot_gateway import planning, views
from packshot_gateway.addresses import resolve
from packshot_gateway.database import listings
from packshot_gateway.dispatch import heads
from packshot_gateway.http.context import Context, Gateway, Reader, Writer
from packshot_gateway.http.problems import NotFound, TooLarge
from packshot_gateway.planning import Planner
from packshot_gateway.settings import GatewaySettings
from packshot_gateway.submitting import BadUpload, NewListing, NewPhoto, accept, photo_at, store_photo

router = APIRouter(prefix="/v1/listings", tags=["listings"])

AT_ONCE = 4
"""Photos of one request that go into the store at the same time."""

NONE: list[str] = []


@router.post("", status_code=202, response_model=ListingView)
async def submit(
    *,
    gateway: Gateway,
    caller: Writer,
    response: Response,
    photos: Annotated[list[UploadFile], File(description="Photos, any number")] = [],  # noqa: B006 - FastAPI copies it
    photo_url: Annotated[list[str], Form(description="Photos to fetch; may be repeated")] = NONE,
    recipe: Annotated[list[str], Form(description="Name of a recipe, or a recipe as JSON; may be repeated")] = NONE,
    recipe_yaml: Annotated[list[str], Form(description="A recipe written out in YAML")] = NONE,
    recipe_json: Annotated[list[str], Form(description="A recipe written out in JSON")] = NONE,
    sku: Annotated[str, Form(max_length=200)] = "",
    title: Annotated[str, Form(max_length=1000)] = "",
    attributes: Annotated[str, Form(description="A JSON object")] = "{}",
    urgent: Annotated[bool, Form(description="Go before other work")] = False,
    webhook_url: Annotated[str | None, Form(description="Told, signed, when a job ends")] = None,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    traceparent: Annotated[str | None, Header()] = None,
) -> ListingView:
    """Take a listing in. 202 means that it is stored and will be worked on, whatever happens to this process."""
    known = await asyncio.to_thread(load_recipes, gateway.settings.recipes_dir)
    wanted = planning.wanted_recipes([name for name in recipe if name], [*recipe_yaml, *recipe_json], known)
    details = _attributes(attributes)
    if webhook_url is not None:
        await _check_webhook(webhook_url, gateway.settings)
    at_urls = [photo_at(url) for url in photo_url if url.strip()]
    _check_number(len(photos) + len(at_urls), photos, gateway.settings)
    planner = await planning.make_planner(wanted, known, gateway.catalogue, gateway.policies, caller.tenant)
    new = NewListing(
        tenant=caller.tenant,
        planner=planner,
        photos=[*await _store(gateway, photos), *at_urls] or _nothing(planner),
        sku=sku,
        title=title,
        attributes=details,
        urgent=urgent,
        webhook_url=webhook_url,
        traceparent=traceparent,
    )
    view, is_new = await accept(gateway.database, new, idempotency_key, gateway.settings.overdue_s)
    if is_new:
        gateway.relay.wake()
    response.headers["location"] = f"/v1/listings/{view.id}"
    return view


@router.get("")
async def recent(gateway: Gateway, caller: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[ListingView]:
    """The newest listings first."""
    async with gateway.database.reading() as session:
        return await views.listing_views(session, await listings.recent(session, caller.tenant, limit))


@router.get("/{id}")
async def show(gateway: Gateway, caller: Reader, id: str) -> ListingView:
    """A listing with its photos and jobs."""
    async with gateway.database.reading() as session:
        row = await listings.find(session, caller.tenant, id)
        if row is None:
            raise NotFound(f"There is no listing {id}.")
        (view,) = await views.listing_views(session, [row])
    return view


async def _store(gateway: Context, photos: list[UploadFile]) -> list[NewPhoto]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(photo: UploadFile) -> NewPhoto:
        async with room:
            return await store_photo(gateway.store, photo.filename or "", photo.file)

    return list(await asyncio.gather(*(one(photo) for photo in photos)))


def _nothing(planner: Planner) -> list[NewPhoto]:
    """No photo at all: fine if every recipe begins with an operation that needs none."""
    for plan in planner.plans:
        for step in [line.steps[0] for line in heads(plan)]:
            if planner.catalogue.find(f"{step.operation}@{step.major}").source:
                raise BadUpload(
                    f"Send at least one photo (`photos` or `photo_url`): {step.operation} in recipe {plan.recipe!r} needs one."
                )
    return [NewPhoto(filename="generated")]


def _check_number(number: int, photos: list[UploadFile], settings: GatewaySettings) -> None:
    if number > settings.max_photos:
        raise TooLarge(f"{number} photos in one listing are more than {settings.max_photos} (PACKSHOT_MAX_PHOTOS).")
    for photo in photos:
        if (photo.size or 0) > settings.max_photo_bytes:
            raise TooLarge(f"{photo.filename} is larger than {settings.max_photo_mb} MB (PACKSHOT_MAX_PHOTO_MB).")


async def _check_webhook(url: str, settings: GatewaySettings) -> None:
    if settings.secret is None:
        raise BadUpload("Webhooks are signed, and this gateway has no secret to sign with: set PACKSHOT_SECRET.")
    await resolve(url, allow_private=settings.webhook_allow_private)


def _attributes(text: str) -> Json:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise BadUpload(f"`attributes` is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise BadUpload("`attributes` must be a JSON object.")
    return found
