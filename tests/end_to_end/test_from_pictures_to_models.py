"""The whole way of a model: pictures from a web site, cleaned, annotated, split, two networks trained, measured, put to work.

In one process, and with a process for each service.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import cv2
import httpx
import numpy as np
import pytest
from PIL import Image

from packshot.bus.topology import TRAINING_QUEUE
from packshot.studio import render
from tests.end_to_end.conftest import DELAYS, PLUGINS
from tests.real.postgres import fresh_database
from tests.real.sweeping import sweep
from tests.shop import Shop
from tests.system import DistributedSystem, EmbeddedSystem

pytestmark = [pytest.mark.torch, pytest.mark.timeout(900)]

PRODUCTS = 24
SIDE = 160
FAMILIES = ("bottle", "box", "mug", "can")
SETTINGS = {
    "PACKSHOT_PLUGINS": "cutout,denoise",
    "PACKSHOT_HOST_PROCESSES": "1",
    "PACKSHOT_DEVICE": "cpu",
    "PACKSHOT_COLLECT_ALLOW_PRIVATE": "true",
    "PACKSHOT_COLLECT_CONTACT": "owner@example.com",
    "PACKSHOT_COLLECT_DELAY_S": "0",
}


@dataclass(frozen=True)
class Photo:
    """A photo on the site, and the product's true mask, as a person would draw it."""

    jpeg: bytes
    mask: np.ndarray


@pytest.fixture(scope="module")
def photos() -> list[Photo]:
    """One of each product, rendered."""
    made = []
    for number in range(PRODUCTS):
        rendered = render(700 + number, SIDE, FAMILIES[number % len(FAMILIES)])
        coded = cv2.imencode(".jpg", rendered.rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
        made.append(Photo(coded, (np.asarray(rendered.alpha, np.float32) / np.max(rendered.alpha) > 0.5)))
    return made


@pytest.fixture(scope="module")
def site(photos: list[Photo]) -> Iterator[str]:
    """A shop: a page for each product, and one with a picture that is there already and one that is tiny."""
    pages = {f"/{n}.jpg": ("image/jpeg", photo.jpeg) for n, photo in enumerate(photos)}
    pages["/again.jpg"] = pages["/0.jpg"]
    pages["/tiny.png"] = ("image/png", cv2.imencode(".png", np.zeros((9, 9, 3), np.uint8))[1].tobytes())
    names = [*map(str, range(PRODUCTS)), "others"]
    pages["/"] = ("text/html", "".join(f'<a href="/product/{name}">{name}</a>' for name in names).encode())
    pages |= {f"/product/{n}": ("text/html", f'<img src="/{n}.jpg">'.encode()) for n in range(PRODUCTS)}
    pages["/product/others"] = ("text/html", b'<img src="/again.jpg"><img src="/tiny.png">')
    pages["/robots.txt"] = ("text/plain", b"User-agent: *\nAllow: /\n")

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = pages.get(self.path, ("text/plain", b""))
            self.send_response(200 if body else 404)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def in_one_process(folder: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    settings = {"PACKSHOT_HOME": str(folder / "home"), **SETTINGS}
    with EmbeddedSystem(folder, settings) as system:
        yield Shop(system, settings)


def as_separate_services(folder: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """No two share a folder, so that what one has from another came over bus, store or database."""
    bus, store = request.getfixturevalue("rabbit_url"), request.getfixturevalue("s3_url")
    settings = {"PACKSHOT_BUS_PREFIX": f"models{uuid4().hex[:8]}.", "PACKSHOT_RETRY_DELAYS_S": str(list(DELAYS)), **SETTINGS}
    with (
        fresh_database() as database,
        DistributedSystem(folder, bus_url=bus, store_url=store, database_url=database, settings=settings) as system,
    ):
        for name in ("gateway", "ingest", "collect", "train", "preprocess", "preprocess-2"):
            service, _, instance = name.partition("-")
            system.start(service, instance=instance, settings={"PACKSHOT_HOME": str(folder / name)})
        system.wait_ready()
        system.wait_operations(["cutout.net", "denoise.cnn"])
        here = {"PACKSHOT_HOME": str(folder / "terminal"), "PACKSHOT_STORE_URL": store, **SETTINGS}
        yield Shop(system, here, remote=True)
    sweep(bus, settings["PACKSHOT_BUS_PREFIX"], DELAYS, PLUGINS, also=(TRAINING_QUEUE,))


@pytest.fixture(scope="module", params=[in_one_process, pytest.param(as_separate_services, marks=pytest.mark.real)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    yield from request.param(tmp_path_factory.mktemp("models"), request)


def annotate(http: httpx.Client, task: str, photos: list[Photo]) -> list[float]:
    """A person looks at each proposal and puts it right; how well each proposal overlapped with what holds (IoU)."""
    by_content = {photo.jpeg: photo.mask for photo in photos}
    overlaps = []
    while (picture := http.post(f"/v1/annotations/{task}/next", json={"person": "mei"}).json()["picture"]) is not None:
        place = f"/v1/annotations/{task}/pictures/{picture['position']}"
        while picture["waiting"]:
            picture = http.get(place, params={"person": "mei"}).json()
        assert picture["failure"] == ""
        files = f"/v1/annotations/{task}/files"
        mask = by_content[http.get(f"{files}/{picture['picture']['digest']}").content]
        (proposal,) = picture["proposals"]
        assert proposal["by"].startswith("machine:cutout.classical@")
        proposed = cv2.imdecode(np.frombuffer(http.get(f"{files}/{proposal['mask']['digest']}").content, np.uint8), 0) > 127
        overlaps.append(float((proposed & mask).sum() / (proposed | mask).sum()))
        drawn = http.post(
            f"{place}/masks",
            content=cv2.imencode(".png", mask.astype(np.uint8) * 255)[1].tobytes(),
            headers={"content-type": "image/png"},
        ).json()["digest"]
        saved = http.put(
            place,
            json={"person": "mei", "revision": picture["revision"], "labels": [{"category": "product", "mask": drawn}]},
        )
        assert saved.status_code == httpx.codes.OK, saved.text
    return overlaps


def train(shop: Shop, trainer: str, *arguments: object) -> dict[str, Any]:
    """A training of a few seconds, registered as 1.1.0."""
    order = ("--data", "shop", "--register", "1.1.0", "--licence", "CC0-1.0", "--json")
    told: dict[str, Any] = json.loads(shop("train", trainer, *order, *arguments, "-s", "batch=8", "-s", "loaders=0"))
    assert told["state"] == "finished", told
    return told


def test_from_a_web_site_to_networks_that_running_workers_use(shop: Shop, site: str, photos: list[Photo], tmp_path: Path) -> None:
    running, http = {name: process.pid for name, process in shop.system.processes.items()}, shop.system.http

    shop("collect", "crawl", f"{site}/", "--name", "shop", "--licence", "CC0-1.0", "--clean", "--alike", -1)
    left_out = shop("collect", "report", "shop")
    assert "/tiny.png" in left_out
    assert http.get("/v1/datasets/shop/items").json()["total"] == PRODUCTS

    shop("annotate", "start", "shop", "--category", "product", "--operation", "cutout.classical", "--alpha")
    (task,) = http.get("/v1/annotations").json()
    overlaps = annotate(http, task["id"], photos)
    assert len(overlaps) == PRODUCTS
    assert np.median(overlaps) > 0.7, "the machine's proposals are worth correcting"
    shop("annotate", "publish", task["id"])

    shop("collect", "split", "shop", "--validation", 0.2, "--test", 0.3, "--seed", 3, "--alike", -1)
    items = http.get("/v1/datasets/shop/items", params={"limit": 100}).json()["items"]
    assert {item["split"] for item in items} == {"train", "validation", "test"}
    assert all(item["labels"][0]["by"] == "user:mei" and "alpha" in item["planes"] for item in items)

    steps = ("-p", "blocks=1", "-s", "validate_every=50", "-s", "ema=0.95", "--steps")
    cutout = train(shop, "cutout.net", *steps, 60, "-p", "widths=[12,24,32]", "-p", "pyramid=12", "-p", "side=96")
    denoiser = train(shop, "denoise.cnn", *steps, 150, "-p", "widths=[12,16]", "-p", "patch=48")
    shop.wait_live("cutout.net", {"1.1.0"})
    shop.wait_live("denoise.cnn", {"1.1.0"})
    assert cutout["registered"] == "cutout.net@1.1.0"
    assert denoiser["registered"] == "denoise.cnn@1.1.0"

    judged = tmp_path / "cutouts"
    shop("evaluate", "cutout.classical", "cutout.net", "--data", "shop", "-o", judged)
    figures = {one["operation"]: one["figures"] for one in json.loads((judged / "report.json").read_text())["targets"]}
    assert figures["cutout.net"]["iou"]["mean"] > 0.3, "it has learnt where products are"
    shop("evaluate", "denoise.bilateral", "denoise.cnn", "--data", "shop", "--degrade", "noise:50", "-o", tmp_path / "denoised")
    noisy = 20 * np.log10(255 / 50)
    (_, learnt) = json.loads((tmp_path / "denoised" / "report.json").read_text())["targets"]
    assert learnt["figures"]["psnr"]["low"] > noisy + 2
    assert (tmp_path / "denoised" / "sheet.png").is_file()

    photo, recipe = tmp_path / "photo.jpg", tmp_path / "net.yaml"
    photo.write_bytes(photos[0].jpeg)
    recipe.write_text("name: net\nsteps: [{operation: denoise.cnn@1}, {operation: cutout.net@1}]\noutput: cut\n")
    shop("run", photo, "--recipe", recipe, "-o", tmp_path / "out")
    (result,) = (tmp_path / "out").glob("*.png")
    assert Image.open(result).mode == "RGBA"
    assert {name: process.pid for name, process in shop.system.processes.items() if process.poll() is None} == running
