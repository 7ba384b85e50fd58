"""The ingest service."""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress

from packshot.bus.protocol import Delivery
from packshot.contracts.messages import ListingReceived
from packshot.in_hand import InHand
from packshot.observe.health import HealthServer
from packshot.patience import Patience, Stopped
from packshot.recipes.loading import load_recipes
from packshot.service import System
from packshot_ingest.bucket import Bucket
from packshot_ingest.bucket_queue import BucketQueue
from packshot_ingest.catalogue import Planner
from packshot_ingest.fetching import Fetcher
from packshot_ingest.listings import Listings
from packshot_ingest.outgoing import Outgoing
from packshot_ingest.photos import Photos
from packshot_ingest.settings import IngestSettings
from packshot_ingest.uploads import Uploads

LISTINGS_IN_HAND = 64


class IngestService:
    """Listings from the gateway, and uploads from buckets where broker and store are real ones."""

    name = "ingest"

    async def run(self, system: System) -> None:
        """Take listings and uploads in until `system.stopping` is set."""
        settings = IngestSettings.beside(system.settings)
        patience = Patience(system.stopping)
        photos = Photos(system.store, Fetcher(settings), settings, patience)
        listings = Listings(photos, Outgoing(system.bus, patience))
        async with AsyncExitStack() as stack:
            # Told to stop while the broker was still away.
            stack.enter_context(suppress(Stopped))
            await _serve_listings(system, listings, settings, stack)
            await _serve_uploads(system, listings, settings, patience, stack)
            await _serve_health(system, settings, stack)
            system.ready(self.name)
            await system.stopping.wait()


async def _serve_listings(system: System, listings: Listings, settings: IngestSettings, stack: AsyncExitStack) -> None:
    in_hand = InHand()

    async def received(delivery: Delivery) -> None:
        with in_hand:
            await listings.received(delivery)

    stack.push_async_callback(in_hand.emptied, settings.drain_s)
    consumer = await system.bus.subscribe([ListingReceived.type], received, name="ingest", prefetch=LISTINGS_IN_HAND)
    stack.push_async_callback(consumer.cancel)


async def _serve_uploads(
    system: System, listings: Listings, settings: IngestSettings, patience: Patience, stack: AsyncExitStack
) -> None:
    bucket = Bucket.of(settings)
    if bucket is None or not settings.distributed:
        return
    planner = Planner(load_recipes(settings.recipes_dir), settings.catalogue_wait_s)
    follower = await planner.follow(system.bus)
    stack.push_async_callback(follower.cancel)
    queue = BucketQueue(settings, bucket, Uploads(bucket, planner, listings, settings, patience))
    stack.push_async_callback(queue.close, settings.drain_s)
    await patience.outlast(queue.open)


async def _serve_health(system: System, settings: IngestSettings, stack: AsyncExitStack) -> None:
    if not (settings.metrics_port and settings.distributed):
        return

    async def ready() -> bool:
        return not system.stopping.is_set() and await system.bus.healthy() and await system.store.healthy()

    server = HealthServer(settings.metrics_port, ready)
    await server.start()
    stack.push_async_callback(server.stop)


SERVICE = IngestService()
