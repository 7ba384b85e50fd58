"""Work flows while operators try, promote and take back a version: no job fails, and each gets the version that it should."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import NamedTuple

import aio_pika
import httpx
import pytest

from packshot.contracts.routing import Traffic
from tests.benchmarks.pool import s3_client
from tests.end_to_end.test_bucket import notification
from tests.pictures import product_photo
from tests.real.finding import free_port
from tests.real.postgres import fresh_database
from tests.real.sweeping import sweep
from tests.system import DistributedSystem, ended

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

VERSIONS = Path(__file__).parent / "versions"
DELAYS = (0.3, 0.6, 1.2)
OPERATION = "e2e.versioned"
FLOATS = f"name: versioned\nsteps: [{{operation: {OPERATION}}}]\noutput: made\n"
PINS = f"name: pinned\nsteps: [{{operation: {OPERATION}@1}}]\noutput: made\n"
SECONDS = 5.0
"""Within which every gateway and ingest honours a change."""
KNOWN_S = 3.0
"""Within which every gateway does, which reads the policies at most a second after they were changed."""


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[str, list[dict]]]:
    """A merchant's web server, and what it was told."""
    told: list[dict] = []

    class Site(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", told
    server.shutdown()


class Submitted(NamedTuple):
    """A listing of one photo."""

    listing: str
    digest: str
    """The photo's."""
    began: float
    """When it was sent in (time.monotonic)."""
    taken: float
    """When it was answered."""


class Changed(NamedTuple):
    """A change of the policy."""

    began: float
    made: float
    policy: Traffic | None


@dataclass
class Running:
    """The system, a second gateway beside the first, and what was submitted to either."""

    system: DistributedSystem
    gateways: tuple[httpx.Client, httpx.Client]
    hook: str
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    def policy(self, method: str, action: str = "", **body: object) -> Traffic | None:
        """Change the policy at one gateway; what holds then."""
        answer = self.gateways[0].request(method, f"/v1/traffic/{OPERATION}{action}", json=body or None)
        assert answer.status_code == 200, answer.text
        found = answer.json()["policy"]
        return Traffic.model_validate(found) if found else None

    def submit(self, recipe: str = FLOATS) -> Submitted:
        """A listing of one new photo, at either gateway."""
        number = next(self.numbers)
        photo = product_photo(number, 96, 72)
        began = time.monotonic()
        answer = self.gateways[number % 2].post(
            "/v1/listings", data={"recipe_yaml": recipe, "webhook_url": self.hook}, files=[("photos", ("p.jpg", photo))]
        )
        assert answer.status_code == 202, answer.text
        return Submitted(answer.json()["id"], hashlib.sha256(photo).hexdigest(), began, time.monotonic())

    def major(self, listing: str) -> int:
        """The version that made a listing's picture, once it has ended."""
        (job,) = self.system.wait_listing(listing)["jobs"]
        assert job["state"] == "finished", job
        (output,) = job["outputs"]
        (step,) = output["lineage"]
        major = output["findings"][OPERATION]["major"]
        assert step["version"] == f"{major}.0.0"
        return major

    def figures(self) -> dict[tuple[int, bool], dict]:
        """What each version did, by major and whether in shadow."""
        versions = self.gateways[1].get(f"/v1/traffic/{OPERATION}").json()["versions"]
        return {(row["major"], row["shadow"]): row for row in versions}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, rabbit_url: str, s3_url: str, shop: tuple[str, list[dict]]
) -> Iterator[Running]:
    """Two gateways, ingest, and one edit worker for each version."""
    folder, prefix = tmp_path_factory.mktemp("traffic"), f"tr{hashlib.sha256(str(time.time()).encode()).hexdigest()[:8]}."
    recipes = folder / "recipes"
    recipes.mkdir()
    (recipes / "versioned.yaml").write_text(FLOATS)
    settings = {
        "PACKSHOT_BUS_PREFIX": prefix,
        "PACKSHOT_RETRY_DELAYS_S": str(list(DELAYS)),
        "PACKSHOT_PLUGINS_DIR": str(VERSIONS),
        "PACKSHOT_RECIPES_DIR": str(recipes),
        "PACKSHOT_BUCKET_RECIPES": "versioned",
        "PACKSHOT_NOTIFY_EXCHANGE": f"{prefix}minio",
        "PACKSHOT_SECRET": "s3cret",
        "PACKSHOT_WEBHOOK_ALLOW_PRIVATE": "true",
    }
    try:
        with (
            fresh_database() as database,
            DistributedSystem(folder, bus_url=rabbit_url, store_url=s3_url, database_url=database, settings=settings) as system,
        ):
            port = free_port()
            system.start_all(["gateway", "ingest"])
            system.start("gateway", instance="second", settings={"PACKSHOT_GATEWAY_PORT": str(port)})
            for version in ("one", "two"):
                system.start("edit", instance=version, settings={"PACKSHOT_PLUGINS": version})
            second = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
            system.until(lambda: _live(system) == {1, 2}, 100, "both versions are not live")
            system.until(lambda: _answers(second), 100, "the second gateway is not ready")
            yield Running(system, (system.http, second), shop[0])
            second.close()
    finally:
        sweep(rabbit_url, prefix, DELAYS, VERSIONS, also=("minio",))


def _live(system: DistributedSystem) -> set[int]:
    views = system.http.get("/v1/operations").json()
    return {int(view["version"][0]) for view in views if view["name"] == OPERATION and not view["away"]}


def _answers(http: httpx.Client) -> bool:
    try:
        return http.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


class Flow(threading.Thread):
    """Merchants who go on submitting, every third photo with a pinned recipe."""

    def __init__(self, running: Running) -> None:
        super().__init__()
        self.running = running
        self.floating: list[Submitted] = []
        self.pinned: list[str] = []
        self.stopping = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            while not self.stopping.wait(0.2):
                if len(self.floating) % 3 == 2 and len(self.pinned) < len(self.floating) // 3 + 1:
                    self.pinned.append(self.running.submit(PINS).listing)
                self.floating.append(self.running.submit())
        except Exception as error:
            self.error = error

    def more(self, number: int) -> None:
        """Wait for so many further photos."""
        until = len(self.floating) + number
        while len(self.floating) < until and self.error is None:
            time.sleep(0.05)


def test_no_job_fails_while_versions_come_and_go(running: Running, shop: tuple[str, list[dict]]) -> None:
    flow = Flow(running)
    changes: list[Changed] = []

    def change(method: str, action: str = "", **body: object) -> None:
        began = time.monotonic()
        policy = running.policy(method, action, **body)
        changes.append(Changed(began, time.monotonic(), policy))
        # Until every gateway knows, either version is right; from then on there are enough photos to count.
        time.sleep(KNOWN_S)
        flow.more(18)

    flow.start()
    change("POST", "/promote", major=1)
    change("PUT", "/trial", major=2, share=0.4)
    change("POST", "/promote")
    change("POST", "/rollback")
    change("PUT", "/trial", major=2, mode="shadow", share=0.5)
    flow.stopping.set()
    flow.join()
    assert flow.error is None, flow.error
    assert len(flow.floating) >= 60

    made = {each.listing: running.major(each.listing) for each in flow.floating}
    settled: list[list[tuple[int, int]]] = []
    for changed, ends in zip(changes, [*(later.began for later in changes[1:]), math.inf], strict=True):
        policy = changed.policy
        during = [each for each in flow.floating if changed.made + KNOWN_S < each.began and each.taken < ends]
        canaries = policy.mode.value == "canary"
        settled.append(
            [
                (made[each.listing], policy.candidate if canaries and policy.picks("local", each.digest) else policy.stable)
                for each in during
            ]
        )
    for index, found in enumerate(settled):
        assert len(found) >= 16, "the flow has stood still"
        assert [got for got, _ in found] == [wanted for _, wanted in found], f"after change {index}"
    share = sum(got == 2 for got, _ in settled[1]) / len(settled[1])
    assert 0.1 < share < 0.75, f"{share:.2f} of the photos went to the canary; its share is 0.4"
    assert {running.major(listing) for listing in flow.pinned} == {1}, "a pinned recipe is left alone"

    _shadows_are_seen_by_nobody(running, flow, settled[4], changes[4].policy, shop[1])


def _shadows_are_seen_by_nobody(
    running: Running, flow: Flow, settled: list[tuple[int, int]], policy: Traffic, told: list[dict]
) -> None:
    wanted = sum(policy.picks("local", each.digest) for each in flow.floating[-len(settled) :])
    assert wanted > 2
    running.system.until(
        lambda: running.figures().get((2, True), {"finished": 0})["finished"] >= wanted, 90, f"{wanted} shadows do not finish"
    )
    submitted = {each.listing for each in flow.floating} | set(flow.pinned)
    jobs = running.system.http.get("/v1/jobs", params={"limit": 500}).json()
    assert len(jobs) == len(submitted)
    for listing in submitted:
        assert len(running.system.listing(listing)["jobs"]) == 1
    running.system.until(lambda: len(told) >= len(submitted), 60, "webhooks are missing")
    assert sorted(each["data"]["job"] for each in told) == sorted(job["id"] for job in jobs), "one webhook a job, none a shadow"
    pairs = running.gateways[1].get(f"/v1/traffic/{OPERATION}/shadows", params={"limit": 200}).json()
    assert {pair["job"]["id"] for pair in pairs} <= {job["id"] for job in jobs}
    for pair in pairs:
        one, two = (pair[name]["outputs"][0]["findings"][OPERATION]["major"] for name in ("job", "shadow"))
        assert (one, two, pair["shadow"]["photo"]) == (1, 2, pair["job"]["photo"])
    figures = running.figures()
    assert all(row["failed"] == 0 for row in figures.values())
    assert figures[2, True]["median_s"] >= 0.02


async def test_uploads_to_a_bucket_are_split_alike_within_seconds(running: Running, s3_url: str, rabbit_url: str) -> None:
    running.policy("POST", "/promote", major=1)
    policy = running.policy("PUT", "/trial", major=2, share=0.5)
    await asyncio.sleep(SECONDS)
    client, bucket = s3_client(s3_url)
    wanted: dict[str, int] = {}
    async with await aio_pika.connect(rabbit_url) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(running.system.settings["PACKSHOT_NOTIFY_EXCHANGE"])
        for number in range(12):
            photo = product_photo(5000 + number, 96, 72)
            key = f"local/TR-{number}/front.jpg"
            stored = client.put_object(bucket, key, BytesIO(photo), len(photo), "image/jpeg")
            etag = stored.etag.strip('"')
            wanted[f"TR-{number}"] = 2 if policy.picks("local", etag) else 1
            body = json.dumps(notification(bucket, key, len(photo), etag)).encode()
            await exchange.publish(aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT), "")
    assert set(wanted.values()) == {1, 2}

    def mine() -> dict[str, dict]:
        rows = running.system.http.get("/v1/listings", params={"limit": 200}).json()
        return {row["sku"]: row for row in rows if row["sku"] in wanted and row["jobs"] and all(map(ended, row["jobs"]))}

    running.system.until(lambda: len(mine()) == len(wanted), 60, "the uploads do not end")
    assert {sku: running.major(row["id"]) for sku, row in mine().items()} == wanted


def test_a_canary_whose_worker_dies_keeps_nobody_waiting(running: Running) -> None:
    """Last: it takes the second version's worker away."""
    running.policy("PUT", "/trial", major=2, share=1.0)
    time.sleep(KNOWN_S)
    assert running.major(running.submit().listing) == 2
    running.system.stop("edit-two")
    running.system.until(lambda: _live(running.system) == {1}, 60, "the departed worker is still live")
    time.sleep(KNOWN_S)
    assert running.major(running.submit().listing) == 1
