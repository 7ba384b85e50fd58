"""The networks of a run in training: one step at a time."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from packshot.contracts.training import Optimiser, TrainingOrder
from packshot.errors import BadParameters
from packshot.plugin.models.torch_net import placed
from packshot.training.average import Average, put_state, state_of
from packshot.training.device import precision_for
from packshot.training.processes import Member
from packshot.training.schedule import rate_at
from packshot.training.trainer import Array, Trainer


class Engine:
    """Networks, optimisers and the average of one run, on one device."""

    def __init__(self, trainer: Trainer[Any], order: TrainingOrder, device: str, member: Member) -> None:
        """Raises BadParameters for parameters that the trainer does not take."""
        self._trainer, self._order, self._device, self._member = trainer, order, device, member
        self._params = trainer.params(order.params)
        torch.manual_seed(order.seed)
        made = trainer.networks(self._params)
        self.networks = {name: placed(network, device) for name, network in made.items()}
        self.turns = trainer.turns(self._params)
        self._optimisers = {turn: _optimiser(self._moved_at(turn), order.optimiser) for turn in dict.fromkeys(self.turns)}
        self._dtype = precision_for(order, device)
        self._scaler = torch.amp.GradScaler(device.partition(":")[0], enabled=self._dtype is torch.float16)
        self._average = Average(self.networks, order.ema)
        self._losses: dict[str, Tensor] = {}
        self._counted = 0

    def begin_with(self, weights: Mapping[str, Tensor]) -> list[str]:
        """Take over the weights of a parent that fit; the names of those of ours that it lacks. BadParameters if none fits."""
        own = state_of(self.networks)
        fitting = {name: tensor for name, tensor in weights.items() if name in own and own[name].shape == tensor.shape}
        if not fitting:
            raise BadParameters(f"The parent's weights are of another network than {self._trainer.name} with these parameters.")
        put_state(self.networks, own | fitting)
        self._average = Average(self.networks, self._order.ema)
        return sorted(own.keys() - fitting.keys())

    def step(self, step: int, batches: Mapping[int, Mapping[str, Array]]) -> None:
        """One step: each turn with its own batch (B×… arrays: this process's part)."""
        rate = self.rate(step)
        for number, turn in enumerate(self.turns):
            self._only(turn)
            self._gradients(step, number, turn, batches[number])
            self._move(turn, rate)
        self._average_statistics()
        self._average.follow(self.networks, step)

    def rate(self, step: int) -> float:
        """The learning rate at `step`."""
        return self._order.optimiser.lr * rate_at(step, self._order.steps, self._order.schedule)

    def losses(self) -> dict[str, float]:
        """Their means since this was last asked; not finite once the training has run away."""
        means = {name: float(total) / max(1, self._counted) for name, total in self._losses.items()}
        self._losses, self._counted = {}, 0
        return means

    def kept(self) -> dict[str, Tensor]:
        """The weights that are kept: the average's, of all networks."""
        return self._average.tensors

    @contextmanager
    def judged(self, weights: Mapping[str, Tensor]) -> Iterator[dict[str, nn.Module]]:
        """The networks with other weights, in evaluation mode."""
        copies = {name: copy.deepcopy(network).eval() for name, network in self.networks.items()}
        put_state(copies, weights)
        with torch.inference_mode():
            yield copies

    def tensors(self) -> dict[str, Tensor]:
        """All that a later leg needs of this one."""
        held = {f"network.{name}": tensor for name, tensor in state_of(self.networks).items()}
        held |= {f"average.{name}": tensor for name, tensor in self._average.tensors.items()}
        for turn, optimiser in self._optimisers.items():
            for index, values in optimiser.state_dict()["state"].items():
                held |= {f"optimiser.{turn}.{index}.{name}": value for name, value in values.items() if value is not None}
        if self._scaler.is_enabled():
            scale = self._scaler.state_dict()
            held["scaler"] = torch.tensor([scale["scale"], scale["_growth_tracker"]], dtype=torch.float64)
        return held

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on where `tensors` were taken."""
        put_state(self.networks, _below("network.", tensors))
        for name, tensor in _below("average.", tensors).items():
            self._average.tensors[name].copy_(tensor)
        for turn, optimiser in self._optimisers.items():
            state: dict[int, dict[str, Tensor]] = {}
            weights = optimiser.param_groups[0]["params"]
            for name, tensor in _below(f"optimiser.{turn}.", tensors).items():
                index, _, field = name.partition(".")
                state.setdefault(int(index), {})[field] = _laid_out_as(weights[int(index)], tensor)
            optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
        if self._scaler.is_enabled():
            scale, growth = tensors["scaler"].tolist()
            self._scaler.load_state_dict({**self._scaler.state_dict(), "scale": scale, "_growth_tracker": int(growth)})

    def _moved_at(self, turn: str) -> list[nn.Module]:
        return list(self.networks.values()) if turn == "all" else [self.networks[turn]]

    def _only(self, turn: str) -> None:
        moved = self._moved_at(turn)
        for network in self.networks.values():
            network.train().requires_grad_(network in moved)

    def _gradients(self, step: int, number: int, turn: str, batch: Mapping[str, Array]) -> None:
        parts = self._order.accumulate
        for part, given in enumerate(self._parts(batch, parts)):
            torch.manual_seed(_seed(self._order.seed, step, number, self._member.rank * parts + part))
            with torch.autocast(self._device.partition(":")[0], self._dtype, enabled=self._dtype is not torch.float32):
                losses = self._trainer.loss(turn, self.networks, given, self._params)
            torch.autograd.backward(self._scaler.scale(losses["loss"] / parts))
            if part == 0:
                self._note(turn, losses)
        self._member.average(each.grad for each in self._weights(turn) if each.grad is not None)

    def _parts(self, batch: Mapping[str, Array], parts: int) -> Iterator[dict[str, Tensor]]:
        rows = len(next(iter(batch.values()))) // parts
        for part in range(parts):
            chosen = slice(part * rows, (part + 1) * rows)
            yield {name: _sent(torch.from_numpy(array[chosen]), self._device) for name, array in batch.items()}

    def _move(self, turn: str, rate: float) -> None:
        optimiser = self._optimisers[turn]
        for group in optimiser.param_groups:
            group["lr"] = rate
        self._scaler.unscale_(optimiser)
        if self._order.optimiser.clip:
            nn.utils.clip_grad_norm_(self._weights(turn), self._order.optimiser.clip)
        self._scaler.step(optimiser)
        self._scaler.update()
        optimiser.zero_grad(set_to_none=True)

    def _weights(self, turn: str) -> list[nn.Parameter]:
        return [weight for network in self._moved_at(turn) for weight in network.parameters()]

    def _average_statistics(self) -> None:
        """Running means of batch normalisation, which each member has of its own part only."""
        floats = [each for network in self.networks.values() for each in network.buffers() if each.is_floating_point()]
        if floats:
            self._member.average(floats)

    def _note(self, turn: str, losses: Mapping[str, Tensor]) -> None:
        self._counted += turn == self.turns[-1]
        for name, value in losses.items():
            label = name if len(self.turns) == 1 else f"{turn}.{name}"
            self._losses[label] = self._losses.get(label, torch.zeros((), device=value.device)) + value.detach().float()


def _sent(tensor: Tensor, device: str) -> Tensor:
    sent = tensor if device == "cpu" else tensor.pin_memory().to(device, non_blocking=True)
    return sent.contiguous(memory_format=torch.channels_last) if sent.ndim == 4 else sent


def _optimiser(networks: list[nn.Module], wanted: Optimiser) -> torch.optim.Optimizer:
    weights = [weight for network in networks for weight in network.parameters()]
    if wanted.kind == "sgd":
        nesterov = wanted.momentum > 0
        return torch.optim.SGD(
            weights, wanted.lr, wanted.momentum, weight_decay=wanted.weight_decay, nesterov=nesterov, fused=True
        )
    kind = torch.optim.AdamW if wanted.kind == "adamw" else torch.optim.Adam
    return kind(weights, wanted.lr, betas=wanted.betas, weight_decay=wanted.weight_decay, fused=True)


def _laid_out_as(weight: Tensor, tensor: Tensor) -> Tensor:
    # A fused optimiser goes through memory, so its own tensors must lie there as the weights do.
    return torch.empty_like(weight).copy_(tensor) if tensor.shape == weight.shape else tensor


def _seed(*parts: int) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:7])


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
