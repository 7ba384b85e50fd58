"""Several devices at one training: each has a part of every batch, and all move their weights by the mean of their gradients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


@dataclass(frozen=True)
class Member:
    """One of the processes of a training. Alone, it agrees with itself."""

    rank: int = 0
    count: int = 1

    @property
    def leads(self) -> bool:
        """Whether it judges, tells and writes."""
        return self.rank == 0

    def average(self, tensors: Iterable[Tensor]) -> None:
        """Make each tensor the mean of all members' own, in place."""
        if self.count == 1:
            return
        given = list(tensors)
        flat = torch.cat([tensor.reshape(-1).float() for tensor in given])
        dist.all_reduce(flat)
        flat /= self.count
        for tensor, part in zip(given, torch.split(flat, [tensor.numel() for tensor in given]), strict=True):
            tensor.copy_(part.view_as(tensor))

    def agree(self, said: Any) -> Any:
        """What the leader says, whatever the others say."""
        if self.count == 1:
            return said
        box = [said]
        dist.broadcast_object_list(box, src=0)
        return box[0]


def join(rank: int, count: int, meeting: Path, device: str) -> Member:
    """Meet the others at the file `meeting`: NCCL on GPUs, gloo on the CPU."""
    if count == 1:
        return Member()
    backend = "nccl" if device.startswith("cuda") else "gloo"
    dist.init_process_group(backend, init_method=meeting.absolute().as_uri(), rank=rank, world_size=count)
    return Member(rank, count)


def leave(member: Member) -> None:
    """End the meeting."""
    if member.count > 1:
        dist.destroy_process_group()
