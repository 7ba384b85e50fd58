"""The device a training runs on, and how exact it is there."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from packshot.contracts.training import TrainingOrder
from packshot.errors import BadSettings


def device_for(order: TrainingOrder, rank: int = 0) -> str:
    """`cpu` or `cuda:N` for the process `rank`. Raises BadSettings where the order wants a device that is not there."""
    count = torch.cuda.device_count()
    if order.device == "cpu" or (order.device == "auto" and not count):
        return "cpu"
    first = int(order.device.partition(":")[2] or 0)
    if first + order.processes > count:
        raise BadSettings(
            f"The training wants {order.device} for {order.processes} processes, and this machine shows {count} CUDA devices. "
            "Order it with device auto or cpu, or with fewer processes."
        )
    return f"cuda:{first + rank}"


def precision_for(order: TrainingOrder, device: str) -> torch.dtype:
    """Of the arithmetic in networks. Raises BadSettings for float16 on the CPU, which cannot train with it."""
    if order.precision == "auto":
        return torch.bfloat16 if device != "cpu" and torch.cuda.is_bf16_supported() else torch.float32
    if order.precision == "float16" and device == "cpu":
        raise BadSettings("float16 is for GPUs only: order precision auto, float32 or bfloat16 on the CPU.")
    return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[order.precision]


def described(order: TrainingOrder, device: str) -> str:
    """The hardware in words."""
    several = f"{order.processes} × " if order.processes > 1 else ""
    if device != "cpu":
        return f"{several}{torch.cuda.get_device_name(device)}, torch {torch.__version__}"
    return (
        f"{several}{platform.processor() or platform.machine()} CPU, {torch.get_num_threads()} threads, torch {torch.__version__}"
    )


@contextmanager
def exactness(order: TrainingOrder, device: str) -> Iterator[None]:
    """Threads and algorithms as the order wants them; afterwards as they were before."""
    threads, exact = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    benchmark = torch.backends.cudnn.benchmark
    # cuBLAS is exact only with a workspace of a fixed size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(order.threads or max(1, (os.cpu_count() or 1) // order.processes))
    torch.use_deterministic_algorithms(order.deterministic)
    torch.backends.cudnn.benchmark = not order.deterministic
    if device != "cpu":
        torch.cuda.set_device(device)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(exact)
        torch.backends.cudnn.benchmark = benchmark
