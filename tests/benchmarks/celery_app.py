"""The same steps as a Celery chain over RabbitMQ that keeps its artifacts in S3 as .npy."""

from __future__ import annotations

import os
from io import BytesIO

import cv2
import numpy as np
from celery import Celery
from kombu import Queue

from tests.benchmarks import steps
from tests.benchmarks.pool import s3_client

QUEUE = os.environ.get("BENCH_QUEUE", "bench-celery")

app = Celery("bench", broker=os.environ.get("BENCH_BROKER"))
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    task_default_queue=QUEUE,
    task_queues=[Queue(QUEUE, queue_arguments={"x-queue-type": "quorum"})],
    broker_transport_options={"confirm_publish": True},
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    worker_detect_quorum_queues=True,
)
cv2.setNumThreads(1)
_store: list[object] = []


def _s3() -> tuple[object, str]:
    # Made in the worker's child: connections must not be shared over a fork.
    if not _store:
        _store.extend(s3_client(os.environ["BENCH_STORE"]))
    client, bucket = _store
    return client, str(bucket)


def _get(name: str) -> bytes:
    client, bucket = _s3()
    answer = client.get_object(bucket, name)  # type: ignore[attr-defined]
    content: bytes = answer.read()
    answer.close()
    answer.release_conn()
    return content


def _put(name: str, content: bytes) -> None:
    client, bucket = _s3()
    client.put_object(bucket, name, BytesIO(content), len(content))  # type: ignore[attr-defined]


@app.task
def run_step(name: str, index: int, photo: str) -> str:
    """One step: GET, compute, PUT; the last one encodes."""
    content = _get(name)
    picture = steps.decode(content) if index == 0 else np.load(BytesIO(content))
    picture = list(steps.STEPS.values())[index](picture)
    if index == len(steps.STEPS) - 1:
        _put(f"{photo}.done", steps.jpeg(picture))
        return f"{photo}.done"
    buffer = BytesIO()
    np.save(buffer, picture)
    _put(f"{photo}.{index}.npy", buffer.getvalue())
    return f"{photo}.{index}.npy"
