"""Plans for uploads: the operations that workers announce, the traffic policies, and the recipes of this installation."""

from __future__ import annotations

import asyncio
import time

import structlog
from pydantic import ValidationError

from packshot.bus.protocol import Bus, Consumer, Delivery
from packshot.contracts.catalogue import Catalogue
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import JobOrder, TrafficAsked, TrafficSet, WorkerAnnounced, WorkersProbed
from packshot.contracts.recipe import Recipe
from packshot.contracts.routing import Route, Version, in_force
from packshot.errors import UnknownName, nearest
from packshot.recipes.planning import make_plan, make_shadow

log = structlog.get_logger(__name__)

EXPIRES_S = 30.0
"""A version that no worker has announced for this long is away; workers announce themselves every ten seconds."""
POLICIES_S = 10.0
"""How long the first uploads wait for the gateway to say which policies there are. One that is away stops no picture."""


class Planner:
    """Plans recipes with the operations that have been announced. One whose workers have left stays: its work waits."""

    def __init__(self, recipes: dict[str, Recipe], wait_s: float) -> None:
        self._recipes = recipes
        self._wait_s = wait_s
        self._catalogue = Catalogue()
        self._announced: dict[Version, float] = {}
        self._traffic: TrafficSet | None = None
        self._asked_at = time.monotonic()
        self._grown = asyncio.Condition()

    async def follow(self, bus: Bus) -> Consumer:
        """Hear what workers announce and what policies are set from now on, and ask for both."""
        consumer = await bus.subscribe([WorkerAnnounced.type, TrafficSet.type], self._heard)
        for question in (WorkersProbed(), TrafficAsked()):
            await bus.publish(Envelope.of(question, source="ingest"))
        self._asked_at = time.monotonic()
        return consumer

    async def plan(self, name: str, job: str, tenant: str, key: str) -> JobOrder:
        """What `job` is to do: the recipe `name`, with the versions that the policies choose for `tenant` and `key`.

        Waits for the recipe's operations if they were not announced yet. Raises UnknownName for a recipe that there is not
        and for an operation that nobody announced in time, and what make_plan raises.
        """
        if name not in self._recipes:
            raise UnknownName(f"There is no recipe {name!r}. {nearest(name, list(self._recipes))}")
        recipe = self._recipes[name]
        await self._policies_known()
        try:
            async with asyncio.timeout(self._wait_s):
                return await self._planned(recipe, job, tenant, key)
        except TimeoutError:
            return self._order(recipe, job, tenant, key)

    async def _planned(self, recipe: Recipe, job: str, tenant: str, key: str) -> JobOrder:
        async with self._grown:
            while True:
                try:
                    return self._order(recipe, job, tenant, key)
                except UnknownName as missing:
                    log.info("an upload waits for an operation to be announced", recipe=recipe.name, reason=str(missing))
                    await self._grown.wait()

    def _order(self, recipe: Recipe, job: str, tenant: str, key: str) -> JobOrder:
        since = time.monotonic() - EXPIRES_S
        live = {version for version, announced in self._announced.items() if announced > since}
        policies = self._traffic.policies if self._traffic else ()
        route = Route(in_force(policies, self._announced, live), tenant, key)
        plan = make_plan(recipe, self._catalogue, self._recipes, route)
        return JobOrder(job=job, plan=plan, shadow=make_shadow(recipe, self._catalogue, self._recipes, route))

    async def _policies_known(self) -> None:
        async with self._grown:
            left = self._asked_at + POLICIES_S - time.monotonic()
            try:
                async with asyncio.timeout(max(left, 0.0)):
                    await self._grown.wait_for(lambda: self._traffic is not None)
            except TimeoutError:
                log.warning("no gateway says which traffic policies there are; the highest versions are taken")

    async def _heard(self, delivery: Delivery) -> None:
        try:
            if delivery.envelope.type == TrafficSet.type:
                grown = self._take_policies(delivery.envelope.body(TrafficSet))
            else:
                grown = self._take_operations(delivery.envelope.body(WorkerAnnounced))
        except ValidationError:
            log.warning("an announcement that cannot be read", source=delivery.envelope.source)
            return
        if grown:
            async with self._grown:
                self._grown.notify_all()

    def _take_policies(self, told: TrafficSet) -> bool:
        if self._traffic is not None and told.revision < self._traffic.revision:
            return False
        self._traffic = told
        return True

    def _take_operations(self, announced: WorkerAnnounced) -> bool:
        known = len(self._catalogue)
        for spec in announced.operations:
            self._catalogue.add(spec)
            self._announced[spec.name, spec.major] = time.monotonic()
        return len(self._catalogue) > known
