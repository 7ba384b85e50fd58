"""The main job: a merchant's photo in, a finished picture and its report out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import numpy as np
import pytest

from tests.pictures import product_photo, read_picture
from tests.system import DistributedSystem

pytestmark = pytest.mark.real

WAIT = """
name: wait
steps:
  - operation: e2e.wait
    params: {seconds: %s}
output: waited
"""


def outputs(listing: dict) -> dict[str, dict]:
    return {output["name"]: output for job in listing["jobs"] for output in job["outputs"]}


def picture_of(system: DistributedSystem, output: dict) -> np.ndarray:
    answer = system.http.get(f"/v1/artifacts/{output['artifact']['digest']}")
    assert answer.headers["content-type"] == output["artifact"]["media_type"]
    return read_picture(answer.content)


def test_a_photo_becomes_two_marketplace_pictures(system: DistributedSystem) -> None:
    made = system.submit({"mug.jpg": product_photo(1, 1600, 1200)}, sku="MUG-1", recipe=["amazon-main", "taobao-main"])
    listing = system.wait_listing(made["id"])
    assert [job["state"] for job in listing["jobs"]] == ["finished", "finished"], listing["jobs"]
    ready = outputs(listing)
    amazon, taobao = picture_of(system, ready["amazon-main"]), picture_of(system, ready["taobao-main"])
    assert min(amazon.shape[:2]) >= 1000
    assert taobao.shape[:2] == (800, 800)
    for picture in (amazon, taobao):
        corners = picture[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert (corners == 255).all()
        assert (picture.min(axis=2) < 128).mean() > 0.05, "the product is gone"


def test_each_output_comes_with_measures_compliance_and_history(system: DistributedSystem) -> None:
    listing = system.wait_listing(system.submit({"mug.jpg": product_photo(2)}, recipe=["amazon-main"])["id"])
    output = outputs(listing)["amazon-main"]
    report = output["findings"]["inspect.compliance"]
    assert report["verdict"] in {"pass", "warn", "fail"}
    assert {check["status"] for check in report["checks"]} <= {"pass", "warn", "fail", "not_checked"}
    assert all(check["source"] for check in report["checks"])
    operations = [step["operation"] for step in output["lineage"]]
    assert operations[0].startswith("layout.")
    assert "cutout.net" in operations
    assert "inspect.compliance" in operations
    assert all(step["key"] and step["version"] and step["worker"] for step in output["lineage"])
    assert len({step["worker"] for step in output["lineage"]}) == 3, "three services worked on it"


def test_the_same_photo_again_is_answered_from_the_cache(system: DistributedSystem) -> None:
    photo = product_photo(3)
    first = outputs(system.wait_listing(system.submit({"a.jpg": photo}, recipe=["amazon-main"])["id"]))["amazon-main"]
    again = outputs(system.wait_listing(system.submit({"b.jpg": photo}, recipe=["amazon-main"])["id"]))["amazon-main"]
    assert again["artifact"] == first["artifact"]
    assert not any(step["cached"] for step in first["lineage"])
    assert all(step["cached"] for step in again["lineage"])


def test_progress_is_told_while_it_happens(system: DistributedSystem) -> None:
    made = system.submit({"mug.jpg": product_photo(4)}, recipe_yaml=WAIT % 1.0)
    heard: list[tuple[str, dict]] = []
    with httpx.stream("GET", f"{system.url}/v1/jobs/{made['jobs'][0]['id']}/events", timeout=60) as stream:
        kind = ""
        for line in stream.iter_lines():
            if line.startswith("event:"):
                kind = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                heard.append((kind, json.loads(line.removeprefix("data:"))))
    kinds = [kind for kind, _ in heard]
    assert kinds[-1] == "job.finished"
    assert "step.started" in kinds
    assert "step.finished" in kinds
    assert heard[-1][1]["progress"] == 1.0


@pytest.fixture
def web_site() -> Iterator[str]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = product_photo(5)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/photos/mug.jpg"
    server.shutdown()


def test_a_photo_can_come_by_its_web_address(system: DistributedSystem, web_site: str) -> None:
    answer = system.http.post("/v1/listings", data={"photo_url": web_site, "recipe": "taobao-main"})
    assert answer.status_code == 202, answer.text
    listing = system.wait_listing(answer.json()["id"])
    assert listing["photos"][0]["state"] == "accepted", listing["photos"]
    assert listing["jobs"][0]["state"] == "finished", listing["jobs"]


def test_a_generator_needs_no_photo_of_its_own_and_runs_in_its_service(system: DistributedSystem) -> None:
    recipe = "name: ground\nsteps:\n  - operation: compose.ground\n    params: {width: 64, height: 48}\noutput: ground\n"
    listing = system.wait_listing(system.submit({"any.jpg": product_photo(6)}, recipe_yaml=recipe)["id"])
    ground = outputs(listing)["ground"]
    assert (ground["width"], ground["height"]) == (64, 48)
    assert ground["lineage"][0]["worker"].startswith("generate")


def test_a_check_that_fails_sends_the_picture_back_once_to_be_mended(system: DistributedSystem) -> None:
    recipe = """
name: off-white
steps:
  - {operation: cutout.classical}
  - {operation: layout.fill, params: {width: 1200, height: 1200, fill: 0.4}}
  - {operation: compose.plain, params: {color: "#f4f4f0"}}
  - {operation: layout.export, params: {format: jpeg}}
  - {operation: inspect.compliance, params: {market: amazon-main}}
output: mended
"""
    listing = system.wait_listing(system.submit({"mug.jpg": product_photo(7)}, recipe_yaml=recipe)["id"])
    output = outputs(listing)["mended"]
    operations = [step["operation"] for step in output["lineage"]]
    assert operations.count("inspect.compliance") == 2
    assert operations.count("layout.export") == 2
    corners = picture_of(system, output)[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == 255).all()
    by_rule = {check["rule"]: check["status"] for check in output["findings"]["inspect.compliance"]["checks"]}
    assert "fail" not in by_rule.values(), by_rule


def test_a_tree_of_steps_makes_every_leaf(system: DistributedSystem) -> None:
    listing = system.wait_listing(system.submit({"mug.jpg": product_photo(8)}, recipe=["marketplace-set"])["id"], 180)
    assert listing["jobs"][0]["state"] == "finished", listing["jobs"]
    ready = outputs(listing)
    assert len(ready) >= 4
    assert all(output["ready"] for output in ready.values())
    first = {name: output["lineage"][0]["key"] for name, output in ready.items()}
    assert len(set(first.values())) == 1, "branches share what comes before them"


def test_the_catalogue_says_what_workers_offer(system: DistributedSystem) -> None:
    answer = system.http.get("/v1/operations")
    by_name = {spec["name"]: spec for spec in answer.json()}
    assert by_name["enhance.clahe"]["params_schema"]["properties"]["clip_limit"]
    assert system.http.get("/v1/operations", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
