"""Rankings by people's choices have the values of closed forms, and hold the truth that choices were drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters
from packshot.evaluation.preference import Choice, agreement_of, strengths_of


def drawn(log_strengths, count, seed, ties=0.0):
    """Choices by people of whom the strengths are true."""
    random = np.random.default_rng(seed)
    made = []
    for pair in range(count):
        one, other = random.choice(len(log_strengths), 2, replace=False)
        chance = 1 / (1 + np.exp(log_strengths[other] - log_strengths[one]))
        share = 0.5 if random.random() < ties else float(random.random() < chance)
        made.append(Choice(pair, int(one), int(other), share))
    return made


def test_of_two_the_chance_is_the_share_of_wins():
    choices = [Choice(pair, 0, 1, 1.0) for pair in range(30)] + [Choice(30 + pair, 1, 0, 1.0) for pair in range(10)]
    first, second = strengths_of(choices, 2, 0)
    # Half a win is given to either.
    assert first.preferred == pytest.approx(30.5 / 41, abs=1e-6)
    assert first.preferred + second.preferred == pytest.approx(1)
    assert first.log_strength - second.log_strength == pytest.approx(np.log(30.5 / 10.5), abs=1e-6)
    assert (first.choices, first.wins, first.ties) == (40, 30, 0)
    # Normal approximation of a share of 40: 0.75 ± 0.134.
    assert first.high - first.low == pytest.approx(2 * 0.134, rel=0.25)


def test_ties_are_half_a_win_each():
    first, second = strengths_of([Choice(pair, 0, 1, 0.5) for pair in range(20)], 2, 0)
    assert first.preferred == pytest.approx(0.5)
    assert (first.ties, second.ties) == (20, 20)


def test_strengths_come_back_whatever_pairs_met():
    true = np.array([1.0, 0.4, -0.2, -1.2])
    found = strengths_of(drawn(true, 1500, 1), 4, 0)
    assert [each.log_strength for each in found] == pytest.approx(true - true.mean(), abs=0.25)
    assert [each.preferred for each in found] == sorted((each.preferred for each in found), reverse=True)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    true = np.array([0.8, 0.0, -0.8])
    chances = 1 / (1 + np.exp(true[None, :] - true[:, None]))
    wanted = (chances.sum(axis=1) - 0.5) / 2
    held = [
        each.low <= wanted[place] <= each.high
        for seed in range(12)
        for place, each in enumerate(strengths_of(drawn(true, 150, seed), 3, seed))
    ]
    assert np.mean(held) > 0.85


def test_one_that_never_wins_has_a_strength_and_one_that_never_met_is_in_the_middle():
    beaten = strengths_of([Choice(pair, 0, 1, 1.0) for pair in range(10)], 3, 0)
    assert 0.9 < beaten[0].preferred < 1 or beaten[0].log_strength > 1
    assert np.isfinite([each.log_strength for each in beaten]).all()
    assert beaten[2].choices == 0
    nothing = strengths_of([], 2, 0)[0]
    assert (nothing.preferred, nothing.low, nothing.high) == (0.5, 0, 1)


def test_sides_and_order_do_not_matter_and_the_seed_decides_intervals():
    choices = drawn(np.array([0.5, 0, -0.5]), 60, 3, ties=0.2)
    turned = [Choice(each.pair, each.other, each.one, 1 - each.share) for each in reversed(choices)]
    ours, theirs = strengths_of(choices, 3, 0), strengths_of(turned, 3, 0)
    assert [each.preferred for each in ours] == pytest.approx([each.preferred for each in theirs], abs=1e-6)
    assert ours == strengths_of(choices, 3, 0)


def test_people_who_say_the_same_of_one_pair_are_no_further_evidence():
    choices = drawn(np.array([0.5, -0.5]), 40, 5)
    (alone, _), (thrice, _) = (strengths_of(each, 2, 0) for each in (choices, choices * 3))
    assert thrice.high - thrice.low == pytest.approx(alone.high - alone.low, rel=0.15)


def test_agreement_is_the_share_of_equal_words():
    said = [Choice(0, 0, 1, 1.0), Choice(0, 0, 1, 1.0), Choice(0, 0, 1, 0.5), Choice(1, 0, 1, 0.0)]
    assert agreement_of(said) == pytest.approx(1 / 3)
    assert agreement_of(said[3:]) is None


def test_what_is_no_system_is_said():
    with pytest.raises(BadParameters):
        strengths_of([Choice(0, 0, 2, 1.0)], 2, 0)
