"""/v1/traffic: which version of an operation gets which work. A policy is the whole installation's, so the scope is `admin`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter

from packshot.contracts.http import OperationView, Promotion, ShadowPair, TrafficView, Trial
from packshot.contracts.operation import OPERATION_NAME
from packshot.contracts.routing import Traffic
from packshot_gateway import views
from packshot_gateway.database import jobs, traffic
from packshot_gateway.http.context import Admin, Context, Gateway
from packshot_gateway.traffic import changes, figures, policies
from packshot_gateway.traffic.changes import Versions

router = APIRouter(prefix="/v1/traffic", tags=["traffic"])

Operation = Annotated[str, PathParameter(pattern=OPERATION_NAME.pattern, description="The operation's name, without a version")]
Hours = Annotated[float, Query(gt=0, le=24 * 366, description="Count the jobs of the last hours")]


@router.get("")
async def all_policies(gateway: Gateway, caller: Admin, hours: Hours = 24.0) -> list[TrafficView]:
    """Every operation that has a policy, and what its versions did."""
    offered = await gateway.catalogue.views()
    async with gateway.database.reading() as session:
        found = await traffic.policies(session)
        return [await figures.view_of(session, policy.operation, policy, offered, hours) for policy in found]


@router.get("/{operation}")
async def show(gateway: Gateway, caller: Admin, operation: Operation, hours: Hours = 24.0) -> TrafficView:
    """The policy of an operation, and what its versions did. Only work that a policy gave them is counted."""
    return await _view(gateway, operation, await gateway.catalogue.views(), hours)


@router.put("/{operation}/trial")
async def try_version(gateway: Gateway, caller: Admin, operation: Operation, trial: Trial) -> TrafficView:
    """Give a version a part of the work (canary), or a copy of a part (shadow). What has answered so far stays stable."""
    return await _change(gateway, operation, lambda policy, versions: changes.tried(policy, trial, versions))


@router.post("/{operation}/promote")
async def promote(gateway: Gateway, caller: Admin, operation: Operation, promotion: Promotion | None = None) -> TrafficView:
    """Let the version on trial, or the one that is named, answer from now on, whatever newer version appears."""
    major = promotion.major if promotion else None
    return await _change(gateway, operation, lambda policy, versions: changes.promoted(policy, major, versions))


@router.post("/{operation}/rollback")
async def roll_back(gateway: Gateway, caller: Admin, operation: Operation) -> TrafficView:
    """End the trial; without one, go back to what answered before the last promotion."""
    return await _change(gateway, operation, changes.rolled_back)


@router.delete("/{operation}")
async def release(gateway: Gateway, caller: Admin, operation: Operation) -> TrafficView:
    """Take the policy away: the highest version that a live worker offers answers."""
    return await _change(gateway, operation, lambda policy, versions: None)


@router.get("/{operation}/shadows")
async def shadow_pairs(
    gateway: Gateway, caller: Admin, operation: Operation, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> list[ShadowPair]:
    """This tenant's newest jobs that ran in shadow, each with the job in whose shadow it ran."""
    async with gateway.database.reading() as session:
        rows = await traffic.shadows(session, caller.tenant, operation, limit)
        originals = await jobs.by_id(session, [row.shadow_of or "" for row in rows])
        pairs = [(originals[row.shadow_of or ""], row) for row in rows]
        shown = await views.job_views(session, [row for pair in pairs for row in pair])
    return [ShadowPair(job=job, shadow=shadow) for job, shadow in zip(shown[::2], shown[1::2], strict=True)]


async def _change(gateway: Context, operation: str, change: Callable[[Traffic | None, Versions], Traffic | None]) -> TrafficView:
    gateway.catalogue.refresh()
    offered = await gateway.catalogue.views()
    versions = Versions.of(operation, offered)
    # Under the lock of jobs: changes come one after the other, and their revisions grow in that order.
    async with gateway.database.writing(jobs=True) as session:
        before = {policy.operation: policy for policy in await traffic.policies(session)}
        await traffic.write(session, operation, change(before.get(operation), versions))
        await policies.tell(session)
    gateway.policies.refresh()
    gateway.relay.wake()
    return await _view(gateway, operation, offered, 24.0)


async def _view(gateway: Context, operation: str, offered: list[OperationView], hours: float) -> TrafficView:
    Versions.of(operation, offered)
    async with gateway.database.reading() as session:
        found = {policy.operation: policy for policy in await traffic.policies(session)}
        return await figures.view_of(session, operation, found.get(operation), offered, hours)
