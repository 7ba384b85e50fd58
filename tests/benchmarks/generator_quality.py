"""How good generators are on pictures in MNIST's form, beside plain statistics: distances, coverage, use for training, copies.

    python tests/benchmarks/generator_quality.py --train IMAGES LABELS --test IMAGES LABELS [--models gan.generate …]

IMAGES and LABELS are gzipped IDX files: those that the generators were trained on, and those that they were not. Features are
those of `--network`. A row for each operation `gan.…` that is named, for the floor (as many pictures that were trained on), and
for samplers that are no network: a Gaussian for each class on 64 principal components, a mixture of eight, and training pictures
that are given back with a little noise. Prints a table.
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from packshot.evaluation.coverage import coverage_of
from packshot.evaluation.distances import frechet_distance, kernel_distance
from packshot.evaluation.memorising import memorising_of
from packshot.features import FeatureNetwork, find_network
from packshot.plugin.local import registry_for
from packshot_gan.latents import latents_of

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
COMPONENTS, MIXED = 64, 8
HEADS = ("fd", "kd ×10³", "precision", "recall", "density", "coverage", "CAS", "CAS / real", "nearest", "copies", "ms")


@dataclass(frozen=True)
class Real:
    """The set, with the classes' names in the order of their labels."""

    train: Bytes
    train_labels: Labels
    test: Bytes
    test_labels: Labels


Sampler = Callable[[Labels], Bytes]
"""N×H×W for N labels."""


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs=2, required=True)
    parser.add_argument("--test", type=Path, nargs=2, required=True)
    parser.add_argument("--names", nargs="+", required=True, help="the categories, in the order of their labels")
    parser.add_argument("--models", nargs="*", default=["gan.generate"])
    parser.add_argument("--network", default="fashion")
    parser.add_argument("--count", type=int, default=10_000, help="pictures of each row")
    options = parser.parse_args()
    torch.manual_seed(0)
    real = Real(*_read(*options.train), *_read(*options.test))
    labels = real.test_labels[: options.count]
    samplers: dict[str, Sampler] = {
        "floor: training pictures": lambda wanted: _real_ones(real, wanted),
        "Gaussian on 64 components": _mixture_sampler(real, 1),
        f"mixture of {MIXED} on 64 components": _mixture_sampler(real, MIXED),
        "training pictures with noise": lambda wanted: _noisy(_real_ones(real, wanted)),
        **{name: _generator(name, options.names) for name in options.models},
    }
    print(f"| | {' | '.join(HEADS)} |\n|{' --- |' * (len(HEADS) + 1)}")
    judge = Judge.of(find_network(options.network), real, options.count)
    for name, sampler in samplers.items():
        print(f"| {name} | {' | '.join(judge.row(sampler, labels))} |", flush=True)


@dataclass(frozen=True)
class Judge:
    """The real features that rows are compared with, and what real pictures are worth for training."""

    network: FeatureNetwork
    real: Real
    train: Floats
    test: Floats
    worth: float

    @staticmethod
    def of(network: FeatureNetwork, real: Real, count: int) -> Judge:
        """Features of `count` test pictures and all training ones."""
        worth = usefulness(real.train[:count], real.train_labels[:count], real)
        return Judge(network, real, network.look(real.train).features, network.look(real.test[:count]).features, worth)

    def row(self, sampler: Sampler, labels: Labels) -> list[str]:
        """What HEADS name."""
        began = time.process_time()
        made = sampler(labels)
        took = (time.process_time() - began) / len(labels) * 1000
        features = self.network.look(made).features
        covered = coverage_of(self.test, features)
        copied = memorising_of(features, self.train, self.test)
        worth = usefulness(made, labels, self.real)
        values = (
            frechet_distance(self.test, features),
            1000 * kernel_distance(self.test, features).mean,
            *(covered.precision, covered.recall, covered.density, covered.coverage),
            *(worth, worth / self.worth, copied.ratio, copied.copies, took),
        )
        return [f"{value:.3g}" for value in values]


def usefulness(pictures: Bytes, labels: Labels, real: Real) -> float:
    """Share of the real test pictures that a classifier tells which learnt from `pictures` alone.

    S. Ravuri, O. Vinyals, "Classification accuracy score for conditional generative models", NeurIPS 2019, with a network of
    two layers: 784 – 256 – 10, 20 epochs.
    """
    net = nn.Sequential(nn.Flatten(), nn.Linear(real.test[0].size, 256), nn.ReLU(), nn.Linear(256, 10))
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=1e-2)
    given, wanted = torch.from_numpy(pictures.astype(np.float32) / 255), torch.from_numpy(labels)
    for _ in range(20):
        for few in torch.randperm(len(given)).split(128):
            optimiser.zero_grad()
            nn.functional.cross_entropy(net(given[few]), wanted[few]).backward()
            optimiser.step()
    with torch.inference_mode():
        told = net(torch.from_numpy(real.test.astype(np.float32) / 255)).argmax(1).numpy()
    return float((told == real.test_labels).mean())


def _read(images: Path, labels: Path) -> tuple[Bytes, Labels]:
    """N×H×W and N."""
    content = gzip.decompress(images.read_bytes())
    height, width = np.frombuffer(content, ">i4", 2, offset=8)
    numbers = np.frombuffer(gzip.decompress(labels.read_bytes()), np.uint8, offset=8)
    return np.frombuffer(content, np.uint8, offset=16).reshape(-1, height, width), numbers.astype(np.int64)


def _real_ones(real: Real, labels: Labels) -> Bytes:
    rng = np.random.default_rng(2)
    places = {kind: rng.permutation(np.flatnonzero(real.train_labels == kind)) for kind in range(10)}
    taken = dict.fromkeys(places, 0)
    chosen = []
    for label in labels.tolist():
        chosen.append(places[label][taken[label] % len(places[label])])
        taken[label] += 1
    return real.train[chosen]


def _noisy(pictures: Bytes) -> Bytes:
    noise = np.random.default_rng(3).normal(0, 5, pictures.shape)
    return np.clip(np.rint(pictures + noise), 0, 255).astype(np.uint8)


def _generator(name: str, names: Sequence[str]) -> Sampler:
    operation = registry_for(name).find(name).operation()
    operation.load("cpu")

    def sample(labels: Labels) -> Bytes:
        known = np.stack([operation.classes(names[label], [0])[0] for label in range(10)])
        latents = latents_of(1, len(labels), operation.use.latent)
        made = operation.pictures(latents, known[labels])
        return np.rint(made[..., 0] * 255).astype(np.uint8)

    return sample


def _mixture_sampler(real: Real, mixed: int) -> Sampler:
    """A mixture of Gaussians for each class, by expectation and maximisation, each with a covariance of its own."""

    def sample(labels: Labels) -> Bytes:
        rng = np.random.default_rng(4)
        made = np.empty((len(labels), real.train[0].size), np.float32)
        for kind in range(10):
            rows = np.flatnonzero(labels == kind)
            flat = real.train[real.train_labels == kind].reshape(-1, made.shape[1]).astype(np.float32)
            mean = flat.mean(0)
            axes = np.linalg.svd(flat[:2000] - mean, full_matrices=False)[2][:COMPONENTS]
            made[rows] = mean + _drawn((flat - mean) @ axes.T, len(rows), mixed, rng) @ axes
        return np.clip(np.rint(made), 0, 255).astype(np.uint8).reshape(-1, *real.train[0].shape)

    return sample


def _drawn(points: Floats, count: int, mixed: int, rng: np.random.Generator) -> Floats:
    shares, means, covariances = _fitted(points, mixed, rng)
    chosen = rng.choice(mixed, count, p=shares)
    made = np.empty((count, points.shape[1]), np.float32)
    for each in range(mixed):
        rows = np.flatnonzero(chosen == each)
        made[rows] = rng.multivariate_normal(means[each], covariances[each], len(rows))
    return made


def _fitted(points: Floats, mixed: int, rng: np.random.Generator) -> tuple[Floats, Floats, list[Floats]]:
    belongs = np.eye(mixed, dtype=np.float64)[rng.integers(0, mixed, len(points))]
    if mixed > 1:
        centres = points[rng.choice(len(points), mixed, replace=False)]
        belongs = np.eye(mixed)[np.square(points[:, None] - centres[None]).sum(2).argmin(1)]
    for _ in range(15 if mixed > 1 else 1):
        weight = belongs.sum(0) + 1e-9
        means = belongs.T @ points / weight[:, None]
        covariances = [
            ((points - mean).T * belongs[:, each]) @ (points - mean) / weight[each] + 50 * np.eye(points.shape[1])
            for each, mean in enumerate(means)
        ]
        logs = np.stack([_log_density(points, mean, spread) for mean, spread in zip(means, covariances, strict=True)], 1)
        logs += np.log(weight / len(points))
        belongs = np.exp(logs - logs.max(1, keepdims=True))
        belongs /= belongs.sum(1, keepdims=True)
    return weight / weight.sum(), means, covariances


def _log_density(points: Floats, mean: Floats, covariance: Floats) -> Floats:
    root = np.linalg.cholesky(covariance)
    along = np.linalg.solve(root, (points - mean).T)
    return -0.5 * np.square(along).sum(0) - np.log(np.diag(root)).sum()


if __name__ == "__main__":
    main()
