"""The policies as this gateway plans with them: read from the database, at most a second old."""

from __future__ import annotations

import time

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import TrafficSet
from packshot.contracts.routing import Mode, Traffic, Version, in_force
from packshot_gateway.catalogue import FRESH_S, LiveCatalogue
from packshot_gateway.database import Database, outbox, traffic
from packshot_gateway.projection.jobs import SOURCE


class Policies:
    """The traffic policies of all operations."""

    def __init__(self, database: Database, catalogue: LiveCatalogue) -> None:
        self._database = database
        self._catalogue = catalogue
        self._read_at = float("-inf")
        self._policies: list[Traffic] = []

    def refresh(self) -> None:
        """One of them was changed: read again when next asked."""
        self._read_at = float("-inf")

    async def in_force(self) -> dict[str, Traffic]:
        """What plans are made with now, by operation."""
        views = await self._catalogue.views()
        known = [(view.name, view.major) for view in views]
        return in_force(await self._all(), known, {(view.name, view.major) for view in views if not view.away})

    async def on_trial(self, mode: Mode) -> set[Version]:
        """The candidates that are tried so, whether or not a worker offers them now."""
        held = await self._all()
        return {(policy.operation, policy.candidate) for policy in held if policy.candidate is not None and policy.mode is mode}

    async def _all(self) -> list[Traffic]:
        if time.monotonic() - self._read_at > FRESH_S:
            async with self._database.reading() as session:
                self._policies = await traffic.policies(session)
            self._read_at = time.monotonic()
        return self._policies


async def tell(session: AsyncSession) -> None:
    """Tell everybody who plans which policies there are, once this transaction is committed."""
    told = TrafficSet(revision=await traffic.revision(session), policies=tuple(await traffic.policies(session)))
    await outbox.put(session, Envelope.of(told, source=SOURCE))
