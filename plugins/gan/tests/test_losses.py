"""Losses and penalties against values that were worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from packshot_gan import dcgan, r3gan, wgan_gp
from packshot_gan.augment import TRANSFORMATIONS, Augment
from packshot_gan.layers import Projection
from packshot_gan.use import GeneratorUse

pytestmark = pytest.mark.torch


SHARE = torch.linspace(0, 1, 6)[:, None, None, None]


def pictures(seed=0, count=6, channels=3):
    return torch.rand((count, channels, 16, 16), generator=torch.Generator().manual_seed(seed)) * 2 - 1


@pytest.mark.parametrize("length", [0.5, 1.0, 3.0])
def test_the_penalty_of_a_linear_critic_is_that_of_its_slope(length):
    slope = torch.nn.functional.normalize(torch.randn(3 * 16 * 16), dim=0) * length
    penalty = wgan_gp.gradient_penalty(lambda each: each.flatten(1) @ slope, pictures(0), pictures(1), SHARE)
    assert penalty.item() == pytest.approx((length - 1) ** 2, abs=1e-4)


def test_a_critic_without_slope_has_a_penalty_with_a_gradient():
    weight = torch.zeros(3 * 16 * 16, requires_grad=True)
    penalty = wgan_gp.gradient_penalty(lambda each: each.flatten(1) @ weight, pictures(0), pictures(1), SHARE)
    (gradient,) = torch.autograd.grad(penalty, weight)
    assert penalty.item() == pytest.approx(1, abs=1e-4)
    assert bool(gradient.isfinite().all())


def test_the_slope_of_a_quadratic_critic_is_twice_the_picture():
    given = pictures().requires_grad_()
    said = given.square().flatten(1).sum(1)
    assert r3gan.squared_slope(said, given).item() == pytest.approx(4 * given.square().flatten(1).sum(1).mean().item(), rel=1e-5)


def test_the_relativistic_loss_asks_only_for_the_difference_and_is_the_others_mirror():
    real, made = torch.tensor([1.0, 3.0]), torch.tensor([0.0, 5.0])
    by_hand = (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(2))) / 2
    assert float(r3gan.relativistic(real, made)) == pytest.approx(by_hand)
    assert float(r3gan.relativistic(real + 7, made + 7)) == pytest.approx(by_hand, rel=1e-5)
    # softplus(t) - softplus(-t) = t
    assert float(r3gan.relativistic(made, real)) - by_hand == pytest.approx(float((real - made).mean()), abs=1e-6)


def test_goodfellows_losses_are_log_2_where_the_critic_knows_nothing():
    nothing = torch.zeros(4)
    assert float(dcgan.critic_loss(nothing, nothing)) == pytest.approx(2 * math.log(2))
    assert float(dcgan.generator_loss(nothing)) == pytest.approx(math.log(2))


def test_wassersteins_losses_are_opposed():
    real, made = torch.tensor([2.0, 4.0]), torch.tensor([1.0, -1.0])
    assert float(wgan_gp.critic_loss(real, made)) == -3
    assert float(wgan_gp.generator_loss(made)) == 0


def test_the_projection_adds_one_number_for_each_class():
    head = Projection(GeneratorUse(size=16, classes=("mug", "lamp")), channels=5, features=7)
    seen, labels = torch.randn(2, 5, 4, 4), torch.eye(2)[:, :, None, None]
    phi = torch.nn.functional.leaky_relu(head.features(seen), 0.2).flatten(1)
    by_hand = [phi[each] @ head.classes.weight[:, each] + head.unconditional(phi[each])[0] for each in range(2)]
    assert torch.allclose(head(seen, labels), torch.stack(by_hand), atol=1e-5)


def test_augmentation_rises_while_the_critic_is_too_sure_and_falls_again():
    augment = Augment(["shift"])
    for _ in range(10):
        augment.adapt(torch.ones(50), target=0.6, pictures=1000)
    assert float(augment.probability) == pytest.approx(0.5)
    augment.adapt(torch.tensor([1.0, -1.0] * 25), target=0.6, pictures=1000)
    assert float(augment.probability) == pytest.approx(0.45)
    for _ in range(30):
        augment.adapt(-torch.ones(50), target=0.6, pictures=1000)
    assert float(augment.probability) == 0


def test_without_probability_and_outside_training_nothing_changes():
    augment = Augment(TRANSFORMATIONS)
    assert torch.equal(augment(pictures()), pictures())
    augment.probability.fill_(1)
    assert torch.equal(augment.eval()(pictures()), pictures())


@pytest.mark.parametrize("kind", TRANSFORMATIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_every_transformation_changes_pictures_keeps_their_shape_and_lets_gradients_through(kind, channels):
    torch.manual_seed(0)
    given = pictures(channels=channels).requires_grad_()
    changed = TRANSFORMATIONS[kind](given)
    changed.sum().backward()
    assert changed.shape == given.shape
    assert not torch.equal(changed, given)
    assert float(given.grad.abs().sum()) > 0


def test_a_shift_moves_and_brings_in_black(monkeypatch):
    monkeypatch.setattr(torch, "randint", lambda low, high, shape, **_: torch.full(shape, 2))
    given = pictures(count=2)
    moved = TRANSFORMATIONS["shift"](given)
    assert torch.equal(moved[:, :, 2:, 2:], given[:, :, :-2, :-2])
    assert float(moved[:, :, :2].max()) == -1


def test_a_probability_of_a_half_changes_about_half_of_the_pictures():
    torch.manual_seed(0)
    augment = Augment(["mirror"])
    augment.probability.fill_(0.5)
    given = pictures(count=200)
    changed = (augment(given) != given).flatten(1).any(1).float().mean()
    assert 0.4 < float(changed) < 0.6
