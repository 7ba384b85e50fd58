"""Telling merchants that a job has ended: signed, retried, one webhook for one event."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import httpx
import structlog
from pydantic import SecretStr

from packshot.errors import PermanentError, TransientError
from packshot_gateway.addresses import resolve
from packshot_gateway.database import Database, webhooks
from packshot_gateway.database.tables import Webhook

log = structlog.get_logger(__name__)

DELAYS_S = (5, 30, 120, 600, 3600, 14400)
"""Waits between attempts; after the last one it is given up."""
TIMEOUT_S = 10.0
LEASE = timedelta(seconds=60)
BATCH = 20
POLL_S = 2.0


def signature(secret: SecretStr, id: str, timestamp: str, body: str) -> str:
    """`v1=` and the HMAC-SHA256 of `{id}.{timestamp}.{body}` in hexadecimal digits."""
    signed = f"{id}.{timestamp}.{body}".encode()
    return "v1=" + hmac.new(secret.get_secret_value().encode(), signed, hashlib.sha256).hexdigest()


class Webhooks:
    """Delivers webhooks. Several gateways may: each takes its own."""

    def __init__(self, database: Database, secret: SecretStr, *, allow_private: bool) -> None:
        self._database = database
        self._secret = secret
        self._allow_private = allow_private
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """A job may have ended."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            self._wake.clear()
            try:
                while await self.deliver_batch():
                    pass
            except TransientError as error:
                log.warning("webhooks wait", reason=str(error))
            try:
                await asyncio.wait_for(self._wake.wait(), POLL_S)
            except TimeoutError:
                continue

    async def deliver_batch(self) -> int:
        """Try those that are due, and say how many that were."""
        async with self._database.writing() as session:
            due = await webhooks.claim(session, datetime.now(UTC), LEASE, BATCH)
        await asyncio.gather(*(self._deliver(row) for row in due))
        return len(due)

    async def _deliver(self, row: Webhook) -> None:
        error, final = await self._attempt(row)
        now = datetime.now(UTC)
        given_up = error is not None and (final or row.attempts > len(DELAYS_S))
        ended_at = now if error is None or given_up else None
        wait = timedelta(seconds=DELAYS_S[min(row.attempts, len(DELAYS_S)) - 1])
        if error is not None:
            log.warning("webhook failed", job=row.job, type=row.type, attempt=row.attempts, given_up=given_up, reason=error)
        async with self._database.writing() as session:
            await webhooks.settle(session, row.id, ended_at=ended_at, next_at=now + wait, error=error)

    async def _attempt(self, row: Webhook) -> tuple[str | None, bool]:
        """Why it failed (None if it did not), and whether that is for good."""
        timestamp = str(int(time.time()))
        headers = {
            "content-type": "application/cloudevents+json",
            "webhook-id": row.id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(self._secret, row.id, timestamp, row.body),
        }
        try:
            await self._post(row.url, row.body, headers)
        except PermanentError as error:
            return str(error), True
        except (TransientError, httpx.HTTPError) as error:
            return f"{type(error).__name__}: {error}", False
        return None, True

    async def _post(self, url: str, body: str, headers: dict[str, str]) -> None:
        address = await resolve(url, allow_private=self._allow_private)
        parts = urlsplit(url)
        # Connect to the very address that was checked: a second look-up could answer differently.
        host = f"[{address}]" if ":" in address else address
        pinned = urlunsplit(parts._replace(netloc=host + (f":{parts.port}" if parts.port else "")))
        headers = {**headers, "host": parts.netloc.rpartition("@")[2]}
        async with httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
            answer = await client.post(pinned, content=body, headers=headers, extensions={"sni_hostname": parts.hostname})
        if answer.status_code == httpx.codes.GONE:
            raise PermanentError("The receiver says that the address is gone.")
        answer.raise_for_status()
        if answer.is_redirect:
            raise TransientError(f"The receiver redirects to {answer.headers.get('location')}; redirects are not followed.")
