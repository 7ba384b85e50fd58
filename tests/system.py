"""Whole systems for tests and benchmarks: distributed (every service a process, over given backends) and embedded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from tests.real.finding import free_port

SERVICES = ("gateway", "ingest", "collect", "preprocess", "generate", "edit", "quality-check")


class System(AbstractContextManager["System"]):
    """A running packshot and its HTTP API. Keeps the logs of its processes in `folder`, and stops what is left at the end."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "PACKSHOT_HOME": str(folder / "home"),
            "PACKSHOT_GATEWAY_PORT": str(self.port),
            "PACKSHOT_LOG_FORMAT": "json",
            "PACKSHOT_HOST_THREADS": os.environ.get("PACKSHOT_HOST_THREADS", "0"),
            **(settings or {}),
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.http = httpx.Client(base_url=self.url, timeout=60)

    def spawn(self, name: str, arguments: Sequence[str], settings: Mapping[str, str] | None = None) -> None:
        """Start `packshot ARGUMENTS` as a process called `name`."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PACKSHOT_")}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "packshot", *arguments],
                env={**environment, **self.settings, **(settings or {})},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_ready(self, seconds: float = 100) -> None:
        """Until the gateway says that it and what it stands on are ready."""
        self.until(lambda: self._answers("/readyz"), seconds, "the gateway is not ready")

    def wait_operations(self, names: Iterable[str], seconds: float = 100) -> None:
        """Until workers offer these operations."""
        wanted = set(names)
        self.until(lambda: wanted <= self.live_operations(), seconds, f"no worker offers {wanted}")

    def live_operations(self) -> set[str]:
        """Names of operations that a worker offers now."""
        return {spec["name"] for spec in self.http.get("/v1/operations").json() if not spec["away"]}

    def _answers(self, path: str) -> bool:
        try:
            return self.http.get(path).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def until(self, true: Any, seconds: float, otherwise: str) -> None:
        """Wait for `true()`; fail with the last lines of every log."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return
            time.sleep(0.05)
        raise AssertionError(f"{otherwise} after {seconds} s\n{self.logs()}")

    def logs(self, lines: int = 15) -> str:
        """The ends of all logs."""
        return "\n".join(
            f"== {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
            for path in sorted(self.folder.glob("*.log"))
        )

    def submit(self, photos: Mapping[str, bytes], **fields: Any) -> dict[str, Any]:
        """POST a listing; the answer's JSON."""
        files = [("photos", (name, content)) for name, content in photos.items()]
        answer = self.http.post("/v1/listings", data=fields, files=files)
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        listing: dict[str, Any] = answer.json()
        return listing

    def listing(self, id: str) -> dict[str, Any]:
        """A listing as it is now."""
        listing: dict[str, Any] = self.http.get(f"/v1/listings/{id}").json()
        return listing

    def wait_listing(self, id: str, seconds: float = 120) -> dict[str, Any]:
        """A listing once all its jobs have ended."""
        self.until(lambda: all(ended(job) for job in self.listing(id)["jobs"]), seconds, f"listing {id} does not end")
        return self.listing(id)

    def wait_under_way(self, id: str, seconds: float = 120) -> None:
        """Until a worker has begun with a listing."""
        begun = {"running", "finished"}
        self.until(lambda: any(job["state"] in begun for job in self.listing(id)["jobs"]), seconds, f"nobody begins with {id}")

    def follow_listing(self, id: str, seconds: float = 300) -> dict[str, Any]:
        """A listing once all its jobs have ended, learnt from its events: asking again and again would cost what it measures."""
        waiting = {job["id"] for job in self.listing(id)["jobs"] if not ended(job)}
        if waiting:
            with self.http.stream("GET", f"/v1/listings/{id}/events", timeout=seconds) as stream:
                for line in stream.iter_lines():
                    if line.startswith("data:") and ended(event := json.loads(line.removeprefix("data:"))):
                        waiting.discard(event["job"])
                    if not waiting:
                        break
        return self.listing(id)

    def signal(self, name: str, what: signal.Signals) -> None:
        """Send a signal to a service and all its children."""
        os.killpg(self.processes[name].pid, what)

    def stop(self, name: str, seconds: float = 100) -> int:
        """SIGTERM to the service process, as an operator's system does; its exit status."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(seconds)

    def kill(self, name: str) -> None:
        """kill -9, children included."""
        self.signal(name, signal.SIGKILL)
        self.processes.pop(name).wait(60)

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.http.close()
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGCONT)
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class EmbeddedSystem(System):
    """`packshot up`: all services in one process."""

    def __enter__(self) -> EmbeddedSystem:
        self.spawn("up", ["up", "--port", str(self.port)])
        self.wait_ready()
        return self

    @property
    def pid(self) -> int:
        """The one process's id."""
        return self.processes["up"].pid


class DistributedSystem(System):
    """Every service a process of its own (`packshot serve`)."""

    def __init__(
        self, folder: Path, *, bus_url: str, store_url: str, database_url: str, settings: Mapping[str, str] | None = None
    ) -> None:
        backends = {"PACKSHOT_BUS_URL": bus_url, "PACKSHOT_STORE_URL": store_url, "PACKSHOT_DATABASE_URL": database_url}
        super().__init__(folder, {**backends, "PACKSHOT_HOST_PROCESSES": "1", **(settings or {})})

    def __enter__(self) -> DistributedSystem:
        return self

    def start(self, service: str, *, instance: str = "", settings: Mapping[str, str] | None = None) -> str:
        """Start one service; its name in `processes` is `service` or `service-instance`."""
        name = f"{service}-{instance}" if instance else service
        self.spawn(name, ["serve", service], settings)
        return name

    def start_all(self, services: Iterable[str] = SERVICES) -> None:
        """Start services and wait until the gateway answers."""
        for service in services:
            self.start(service)
        self.wait_ready()


def ended(job: Mapping[str, Any]) -> bool:
    """Whether nothing more will happen to a job."""
    return job["state"] in {"finished", "failed", "cancelled"}
