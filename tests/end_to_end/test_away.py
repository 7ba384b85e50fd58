"""The broker, the store or the database is away: at the start, and in the middle of work."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import aio_pika
import asyncpg
import httpx
import pytest

from tests.benchmarks.pool import s3_client
from tests.end_to_end.conftest import DELAYS, PLUGINS
from tests.end_to_end.test_bucket import notification
from tests.faults.link import Link
from tests.pictures import product_photo
from tests.real.postgres import fresh_database
from tests.real.sweeping import sweep
from tests.system import DistributedSystem

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

WAIT = "name: wait\nsteps: [{operation: e2e.wait, params: {seconds: 0.4}}]\noutput: waited"
COUNT = 12
AWAY_S = 4.0
PARTS = ("bus", "store", "database")
SERVICES = ("gateway", "ingest", "edit")


class Ground:
    """Backends behind links, and systems over them."""

    def __init__(self, links: dict[str, Link], prefix: str, database: str, recipes: Path) -> None:
        self.links = links
        self.recipes = recipes
        self.prefix = prefix
        self.database = database
        """Its URL without a link: what is really in it."""

    def system(self, folder: Path, **settings: str) -> DistributedSystem:
        """A system that is not started yet."""
        return DistributedSystem(
            folder,
            bus_url=self.links["bus"].url,
            store_url=self.links["store"].url,
            database_url=self.links["database"].url,
            settings={
                "PACKSHOT_BUS_PREFIX": self.prefix,
                "PACKSHOT_PLUGINS_DIR": str(PLUGINS),
                "PACKSHOT_PLUGINS": "e2e_operations",
                "PACKSHOT_RETRY_DELAYS_S": str(list(DELAYS)),
                "PACKSHOT_NOTIFY_EXCHANGE": f"{self.prefix}minio",
                "PACKSHOT_RECIPES_DIR": str(self.recipes),
                "PACKSHOT_BUCKET_RECIPES": "wait",
                **settings,
            },
        )

    @contextmanager
    def away(self, part: str) -> Iterator[None]:
        """Without this part while the context lasts."""
        self.links[part].down()
        try:
            yield
        finally:
            self.links[part].up()

    def count(self, query: str) -> int:
        """The one number that an SQL query gives."""

        async def ask() -> int:
            connection = await asyncpg.connect(self.database)
            try:
                return int(await connection.fetchval(query))
            finally:
                await connection.close()

        return asyncio.run(ask())


@pytest.fixture(scope="module")
def ground(rabbit_url: str, s3_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    recipes = tmp_path_factory.mktemp("recipes")
    (recipes / "wait.yaml").write_text(WAIT)
    prefix = f"away{uuid4().hex[:8]}."
    with fresh_database() as database, Link(rabbit_url, 5672) as bus, Link(s3_url, 80) as store, Link(database, 5432) as rows:
        yield Ground({"bus": bus, "store": store, "database": rows}, prefix, database, recipes)
    sweep(rabbit_url, prefix, DELAYS, PLUGINS, also=("minio",))


@pytest.fixture(scope="module")
def system(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DistributedSystem]:
    """Three services over links."""
    with ground.system(tmp_path_factory.mktemp("away")) as system:
        system.start_all(SERVICES)
        system.wait_operations(["e2e.wait"])
        yield system


def flow(system: DistributedSystem, first: int) -> str:
    photos = {f"{index}.jpg": product_photo(first + index, 160, 120) for index in range(COUNT)}
    return str(system.submit(photos, recipe_yaml=WAIT)["id"])


def all_done_once(system: DistributedSystem, ground: Ground, listing: str) -> None:
    done = system.wait_listing(listing)
    assert [job["state"] for job in done["jobs"]] == ["finished"] * COUNT
    assert len({job["outputs"][0]["artifact"]["digest"] for job in done["jobs"]}) == COUNT
    mine = ", ".join(f"'{job['id']}'" for job in done["jobs"])
    assert ground.count(f"SELECT count(*) FROM job_events WHERE type = 'job.finished' AND job IN ({mine})") == COUNT
    assert ground.count(f"SELECT count(*) FROM outputs WHERE job IN ({mine})") == COUNT


def lines_of(system: DistributedSystem) -> list[dict]:
    """What the services have logged. A line that is no JSON is a traceback of somebody who did not care."""
    texts = [line for path in system.folder.glob("*.log") for line in path.read_text().splitlines()]
    return [json.loads(line) for line in texts]


@pytest.mark.parametrize("part", PARTS)
def test_a_system_waits_at_its_start_and_needs_no_restart(ground: Ground, part: str, tmp_path: Path) -> None:
    with ground.system(tmp_path) as system:
        with ground.away(part):
            for service in SERVICES:
                system.start(service)
            port = f":{ground.links[part].port}"
            system.until(
                lambda: any(port in str(line.get("reason")) for line in lines_of(system)),
                30,
                f"nobody says that the {part} is away",
            )
            assert all(process.poll() is None for process in system.processes.values())
            if part == "database":
                assert_says_away(system, part)
        system.wait_ready(30)
        system.wait_operations(["e2e.wait"], 30)
        made = system.submit({"a.jpg": product_photo(PARTS.index(part), 160, 120)}, recipe_yaml=WAIT)
        assert system.wait_listing(made["id"])["jobs"][0]["state"] == "finished"
        assert not [line for line in lines_of(system) if "exception" in line or line.get("level") == "error"]


def assert_says_away(system: DistributedSystem, part: str) -> None:
    system.until(lambda: parts_away(system) == {part}, 60, f"the gateway does not say that the {part} is away")
    answer = system.http.get("/readyz")
    assert answer.status_code == 503
    assert part in answer.json()["parts"][part]["why"]


def parts_away(system: DistributedSystem) -> set[str]:
    return {name for name, state in system.http.get("/readyz").json()["parts"].items() if not state["ok"]}


@pytest.mark.parametrize(("part", "says"), [("bus", "PACKSHOT_BUS_URL"), ("store", "PACKSHOT_STORE_URL")])
def test_a_service_gives_up_in_the_end_and_says_what_to_look_at(ground: Ground, part: str, says: str, tmp_path: Path) -> None:
    with ground.away(part), ground.system(tmp_path, PACKSHOT_BUS_CONNECT_TIMEOUT_S="1") as system:
        system.start("edit")
        assert system.processes["edit"].wait(30) != 0
        log = (tmp_path / "edit.log").read_text()
        assert "Traceback" not in log
        last = log.splitlines()[-1]
        assert says in last
        assert f":{ground.links[part].port}" in last


@pytest.mark.parametrize("part", PARTS)
def test_work_goes_on_when_what_was_away_is_back(system: DistributedSystem, ground: Ground, part: str) -> None:
    listing = flow(system, 1000 + 100 * PARTS.index(part))
    system.wait_under_way(listing)
    with ground.away(part):
        assert_says_away(system, part)
        time.sleep(AWAY_S)
    all_done_once(system, ground, listing)
    system.wait_ready()


@pytest.mark.parametrize("part", PARTS)
def test_connections_cut_again_and_again_cost_nothing(system: DistributedSystem, ground: Ground, part: str) -> None:
    listing = flow(system, 2000 + 100 * PARTS.index(part))
    for _ in range(5):
        time.sleep(0.4)
        ground.links[part].cut()
    all_done_once(system, ground, listing)


def send(system: DistributedSystem, seed: int) -> httpx.Response:
    files = [("photos", ("a.jpg", product_photo(seed, 160, 120)))]
    return system.http.post("/v1/listings", data={"recipe_yaml": WAIT}, files=files)


@pytest.mark.parametrize("part", ["store", "database"])
def test_a_listing_that_cannot_be_kept_is_not_taken(system: DistributedSystem, ground: Ground, part: str) -> None:
    system.wait_ready()
    before = ground.count("SELECT count(*) FROM listings")
    with ground.away(part):
        for seed in range(3):
            answer = send(system, 3000 + seed)
            assert answer.status_code == 503, answer.text
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["code"] == f"{part}_unavailable"
            assert part in answer.json()["detail"]
    assert ground.count("SELECT count(*) FROM listings") == before
    system.until(lambda: send(system, 3100).status_code == httpx.codes.ACCEPTED, 30, "no listing is taken any more")


def test_what_was_taken_is_in_the_database_whenever_that_went(system: DistributedSystem, ground: Ground) -> None:
    system.wait_ready()
    taken = []
    for seed in range(8):
        if seed % 2:
            ground.links["database"].cut()
        answer = send(system, 3200 + seed)
        assert answer.status_code in {202, 503}, answer.text
        if answer.status_code == httpx.codes.ACCEPTED:
            taken.append(answer.json()["id"])
    assert taken
    for listing in taken:
        assert ground.count(f"SELECT count(*) FROM listings WHERE id = '{listing}'") == 1
        assert system.wait_listing(listing)["jobs"][0]["state"] == "finished"


def test_a_listing_is_taken_without_the_broker_and_sent_once_it_is_back(system: DistributedSystem, ground: Ground) -> None:
    system.wait_ready()
    with ground.away("bus"):
        answer = send(system, 3300)
        assert answer.status_code == 202, answer.text
        time.sleep(1.0)
        assert system.listing(answer.json()["id"])["jobs"][0]["state"] == "accepted"
    assert system.wait_listing(answer.json()["id"], 30)["jobs"][0]["state"] == "finished"


async def notify(url: str, exchange: str, body: bytes) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await (await channel.get_exchange(exchange)).publish(message, "")


@pytest.mark.parametrize("how", ["cut", "away"])
def test_an_upload_in_hand_survives_the_loss_of_the_broker(
    system: DistributedSystem, ground: Ground, rabbit_url: str, s3_url: str, how: str
) -> None:
    client, bucket = s3_client(s3_url)
    photo, key = product_photo(3400, 160, 120), f"local/{how}/front.jpg"
    stored = client.put_object(bucket, key, BytesIO(photo), len(photo), "image/jpeg")
    body = json.dumps(notification(bucket, key, len(photo), stored.etag)).encode()
    system.wait_ready()
    with ground.away("store"):
        asyncio.run(notify(rabbit_url, f"{ground.prefix}minio", body))
        time.sleep(1.5)  # ingest has it in hand and waits for the store
        ground.links["bus"].cut() if how == "cut" else ground.links["bus"].down()
    time.sleep(1.5)
    if how == "away":
        ground.links["bus"].up()

    def mine() -> list[dict]:
        return [row for row in system.http.get("/v1/listings").json() if row["sku"] == how]

    system.until(mine, 40, "the upload was lost")
    (listing,) = mine()
    (job,) = system.wait_listing(listing["id"])["jobs"]
    assert job["state"] == "finished", job["failure"]
    time.sleep(1.0)  # a redelivery would be taken by now
    assert len(mine()) == 1


def test_all_this_left_warnings_in_the_logs_and_no_errors(system: DistributedSystem) -> None:
    assert [line for line in lines_of(system) if "exception" in line or line["level"] == "error"] == []
