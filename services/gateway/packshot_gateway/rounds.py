"""The rounds of whoever looks after what nothing was heard of for too long: jobs, collections, trainings."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from packshot.errors import TransientError
from packshot_gateway.settings import GatewaySettings

log = structlog.get_logger(__name__)

TICK_S = 5.0


class Look(Protocol):
    """One round."""

    async def __call__(self, *, everything: bool) -> None:
        """Send again what is overdue, or, with `everything`, all that has not ended."""


async def make_rounds(look: Look, settings: GatewaySettings, what: str) -> None:
    """Look every few seconds until cancelled; what fails because something is away is done in the next round.

    The first round of an embedded system is for everything: its bus has forgotten all with the process before.
    """
    everything = not settings.distributed
    while True:
        try:
            await look(everything=everything)
            everything = False
        except TransientError as error:
            log.warning("overdue work waits", what=what, reason=str(error))
        await asyncio.sleep(min(TICK_S, settings.overdue_s / 4))
