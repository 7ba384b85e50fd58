"""Plans for uploads: the operations that workers announce, and the recipes of this installation."""

from __future__ import annotations

import asyncio

import structlog
from pydantic import ValidationError

from packshot.bus.protocol import Bus, Consumer, Delivery
from packshot.contracts.catalogue import Catalogue
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import WorkerAnnounced, WorkersProbed
from packshot.contracts.plan import Plan
from packshot.contracts.recipe import Recipe
from packshot.errors import UnknownName, nearest
from packshot.recipes.planning import make_plan

log = structlog.get_logger(__name__)


class Planner:
    """Plans recipes with the operations that have been announced. One whose workers have left stays: its work waits."""

    def __init__(self, recipes: dict[str, Recipe], wait_s: float) -> None:
        self._recipes = recipes
        self._wait_s = wait_s
        self._catalogue = Catalogue()
        self._grown = asyncio.Condition()

    async def follow(self, bus: Bus) -> Consumer:
        """Hear what workers announce from now on, and ask those that are there to announce themselves."""
        consumer = await bus.subscribe([WorkerAnnounced.type], self._heard)
        await bus.publish(Envelope.of(WorkersProbed(), source="ingest"))
        return consumer

    async def plan(self, name: str) -> Plan:
        """The plan of the recipe `name`; waits for its operations if they were not announced yet.

        Raises UnknownName for a recipe that there is not and for an operation that nobody announced in time, and what
        make_plan raises.
        """
        if name not in self._recipes:
            raise UnknownName(f"There is no recipe {name!r}. {nearest(name, list(self._recipes))}")
        recipe = self._recipes[name]
        try:
            async with asyncio.timeout(self._wait_s):
                return await self._planned(recipe)
        except TimeoutError:
            return make_plan(recipe, self._catalogue, self._recipes)

    async def _planned(self, recipe: Recipe) -> Plan:
        async with self._grown:
            while True:
                try:
                    return make_plan(recipe, self._catalogue, self._recipes)
                except UnknownName as missing:
                    log.info("an upload waits for an operation to be announced", recipe=recipe.name, reason=str(missing))
                    await self._grown.wait()

    async def _heard(self, delivery: Delivery) -> None:
        try:
            announced = delivery.envelope.body(WorkerAnnounced)
        except ValidationError:
            log.warning("an announcement that cannot be read", source=delivery.envelope.source)
            return
        known = len(self._catalogue)
        for spec in announced.operations:
            self._catalogue.add(spec)
        if len(self._catalogue) > known:
            async with self._grown:
                self._grown.notify_all()
