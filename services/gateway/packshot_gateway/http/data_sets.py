"""/v1/datasets: the data sets there are, their pictures, and what was left out of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse

from packshot.contracts.collecting import CollectOrder, FromDataSet
from packshot.contracts.dataset import Split
from packshot.contracts.datasets import CollectionView, DataSetView, ItemPage, RejectionPage
from packshot.contracts.ids import derived_id, new_id
from packshot.errors import UnknownName
from packshot_gateway import collecting
from packshot_gateway.data_sets import Opened
from packshot_gateway.database import collections
from packshot_gateway.database.keys import Scope
from packshot_gateway.http.artifacts import Digest, Download, send
from packshot_gateway.http.collections import view_of
from packshot_gateway.http.context import Caller, Context, Gateway, Reader, Writer
from packshot_gateway.http.problems import Conflict, NotFound

router = APIRouter(prefix="/v1/datasets", tags=["data sets"])

Reference = Annotated[
    str,
    PathParameter(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,63}(@[0-9a-f]{1,64})?$",
        description="NAME for its newest version, or NAME@DIGEST (the first digits do)",
    ),
]
Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("")
async def all_data_sets(gateway: Gateway, caller: Reader) -> list[DataSetView]:
    """The data sets, by name, each with its newest version and what is being collected for it."""
    names = await gateway.data_sets.names()
    async with gateway.database.reading() as session:
        owners = await collections.owners(session)
        running = [view_of(row) for row in await collections.recent(session, caller.tenant, 500, open_only=True)]
    return [
        DataSetView(
            name=name,
            newest=await gateway.data_sets.view(found[-1]),
            collections=tuple(view for view in running if view.name == name),
        )
        for name, found in sorted(names.items())
        if _may_see(caller, owners.get(name))
    ]


@router.post("", status_code=202)
async def collect(
    gateway: Gateway,
    caller: Writer,
    order: CollectOrder,
    key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=255, description="Repeat a request safely")] = None,
) -> CollectionView:
    """Start a collection: it makes a new version of the data set that the order names."""
    await check_name(gateway, caller, order.name)
    if isinstance(order.source, FromDataSet):
        await open_data_set(gateway, caller, order.source.reference)
    collection = derived_id("collection", caller.tenant, key) if key else new_id()
    async with gateway.database.writing(jobs=True) as session:
        row = await collecting.start(session, collection, caller.tenant, order, gateway.settings.overdue_s)
        view = view_of(row)
    gateway.relay.wake()
    return view


@router.get("/{reference}")
async def show(gateway: Gateway, caller: Reader, reference: Reference) -> DataSetView:
    """A data set: the version that was asked for, and all there are."""
    opened = await open_data_set(gateway, caller, reference)
    name = opened.version.name
    found = (await gateway.data_sets.names())[name]
    async with gateway.database.reading() as session:
        running = await collections.recent(session, caller.tenant, 50, name=name, open_only=True)
    return DataSetView(
        name=name,
        newest=await gateway.data_sets.view(opened.version),
        versions=tuple([await gateway.data_sets.view(version) for version in found]),
        recipe=opened.manifest.recipe,
        collections=tuple(view_of(row) for row in running),
    )


@router.get("/{reference}/items")
async def items(
    *,
    gateway: Gateway,
    caller: Reader,
    reference: Reference,
    split: Annotated[Split | None, Query(description="Only those on this side")] = None,
    category: Annotated[str | None, Query(description="Only those of this category")] = None,
    offset: Offset = 0,
    limit: Limit = 100,
) -> ItemPage:
    """Pictures of a data set, in the order of its manifest."""
    opened = await open_data_set(gateway, caller, reference)
    fit = [
        item
        for item in opened.manifest.items
        if (split is None or item.split is split) and (category is None or item.category == category)
    ]
    return ItemPage(digest=opened.version.digest, total=len(fit), items=tuple(fit[offset : offset + limit]))


@router.get("/{reference}/report")
async def report(
    *,
    gateway: Gateway,
    caller: Reader,
    reference: Reference,
    code: Annotated[str | None, Query(description="Only those left out for this reason")] = None,
    offset: Offset = 0,
    limit: Limit = 100,
) -> RejectionPage:
    """What was left out of a data set, with the reason."""
    opened = await open_data_set(gateway, caller, reference)
    fit = [rejection for rejection in opened.rejections if code is None or rejection.code == code]
    return RejectionPage(
        digest=opened.version.digest, total=len(fit), codes=opened.codes, rejections=tuple(fit[offset : offset + limit])
    )


@router.get("/{reference}/manifest", response_class=StreamingResponse)
async def manifest(request: Request, gateway: Gateway, caller: Reader, reference: Reference) -> Response:
    """The manifest itself, as it is stored: its SHA-256 is the version's digest."""
    opened = await open_data_set(gateway, caller, reference)
    stored = await gateway.store.stat(opened.version.digest)
    return await send(request, gateway.store, stored, f"{opened.version.name}-{stored.digest[:12]}.json")


@router.get("/{reference}/pictures/{digest}", response_class=StreamingResponse)
async def picture(
    *, request: Request, gateway: Gateway, caller: Reader, reference: Reference, digest: Digest, download: Download = None
) -> Response:
    """A picture of a data set, one of its planes or masks, or a picture that was left out."""
    opened = await open_data_set(gateway, caller, reference)
    ref = opened.pictures.get(digest)
    if ref is None:
        raise NotFound(f"The data set {opened.version} has no picture {digest}.")
    return await send(request, gateway.store, ref, download)


async def check_name(gateway: Context, caller: Caller, name: str) -> None:
    """Raises Conflict for the name of a data set that whoever runs the installation has made and nobody has claimed."""
    async with gateway.database.reading() as session:
        unclaimed = await collections.owner(session, name) is None
    if unclaimed and not _may_see(caller, None) and name in await gateway.data_sets.names():
        raise Conflict(f"The name {name!r} is taken. Choose another for your data set.")


async def open_data_set(gateway: Context, caller: Caller, reference: str) -> Opened:
    """The version that `reference` names, if the caller may see it. Raises NotFound."""
    name = reference.partition("@")[0]
    async with gateway.database.reading() as session:
        if not _may_see(caller, await collections.owner(session, name)):
            raise NotFound(f"There is no data set {reference!r}.")
    try:
        return await gateway.data_sets.open(reference)
    except UnknownName as error:
        # Its own words name what is near, which may be another tenant's.
        raise NotFound(f"There is no data set {reference!r}.") from error


def _may_see(caller: Caller, owner: str | None) -> bool:
    """What nobody has claimed was made by whoever runs the installation."""
    return owner == caller.tenant or (owner is None and (caller.tenant == "local" or Scope.ADMIN in caller.scopes))
