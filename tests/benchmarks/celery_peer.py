"""Runs the Celery chain and counts images a second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from io import BytesIO

from tests.benchmarks.pool import PROCESSES, s3_client


def celery_rate(photos: dict[str, bytes], store_url: str, bus_url: str) -> float:
    """Images a second of a Celery chain (two prefork processes, acks late, quorum queue, publisher confirms)."""
    queue = f"bench-celery-{uuid.uuid4().hex[:8]}"
    os.environ |= {"BENCH_BROKER": bus_url.replace("amqp://", "pyamqp://"), "BENCH_STORE": store_url, "BENCH_QUEUE": queue}
    client, bucket = s3_client(store_url)
    for name, content in photos.items():
        client.put_object(bucket, f"celery/{name}", BytesIO(content), len(content))
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "tests.benchmarks.celery_app",
        "worker",
        "-P",
        "prefork",
        "-c",
        str(PROCESSES),
        "-Q",
        queue,
    ]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR"]
    worker = subprocess.Popen([*command, *quiet], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        names = [f"celery/{name}" for name in photos]
        _send_and_wait(names[: 2 * PROCESSES], client, bucket)
        for name in names[: 2 * PROCESSES]:
            client.remove_object(bucket, f"{name}.done")
        start = time.perf_counter()
        _send_and_wait(names, client, bucket)
        return len(names) / (time.perf_counter() - start)
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait(20)


def _send_and_wait(names: list[str], client: object, bucket: str) -> None:
    from celery import chain  # noqa: PLC0415 - the app reads its broker from the environment set above

    from tests.benchmarks.celery_app import run_step  # noqa: PLC0415 - likewise
    from tests.benchmarks.steps import STEPS  # noqa: PLC0415 - likewise

    for name in names:
        later = [run_step.s(index, name) for index in range(1, len(STEPS))]
        chain(run_step.s(name, 0, name), *later).apply_async()
    end = time.monotonic() + 300
    while sum(entry.object_name.endswith(".done") for entry in client.list_objects(bucket, "celery/")) < len(names):  # type: ignore[attr-defined]
        if time.monotonic() > end:
            raise TimeoutError("the Celery chain did not end")
        time.sleep(0.1)
