"""The split of traffic is exact: the same words always fall on the same side, and a larger share keeps those of a smaller one."""

from __future__ import annotations

import pytest

from packshot.contracts.routing import Mode, Route, Traffic, in_force, place

KEYS = [f"photo {index}" for index in range(4000)]


def policy(**given) -> Traffic:
    return Traffic(**{"operation": "denoise.cnn", "stable": 1, "candidate": 2, "share": 0.1, "salt": "a", **given})


def route(traffic: Traffic, key: str = "", tenant: str = "local", shadow: bool = False) -> Route:
    return Route({traffic.operation: traffic}, tenant, key, shadow)


@pytest.mark.parametrize("share", [0.0, 0.03, 0.1, 0.5, 1.0])
def test_a_share_is_met_and_repeats_itself(share: float) -> None:
    picked = [key for key in KEYS if policy(share=share).picks("local", key)]
    assert abs(len(picked) / len(KEYS) - share) < 0.02
    assert picked == [key for key in KEYS if policy(share=share).picks("another", key)]


def test_a_larger_share_keeps_those_of_a_smaller_one() -> None:
    small, large = ({key for key in KEYS if policy(share=share).picks("local", key)} for share in (0.1, 0.3))
    assert small < large


def test_another_salt_is_another_split() -> None:
    one, other = ({key for key in KEYS if policy(share=0.5, salt=salt).picks("local", key)} for salt in "ab")
    assert 0.4 < len(one & other) / len(one) < 0.6


def test_a_place_never_changes() -> None:
    """Gateways, ingests and later releases must agree: these figures are part of the contract."""
    assert place("salt", "key") == pytest.approx(0.3862986793, abs=1e-9)
    assert 0 <= min(place("", key) for key in KEYS) < max(place("", key) for key in KEYS) < 1


def test_tenants_narrow_the_candidate_s_work() -> None:
    mine = policy(share=1.0, tenants=("mine",))
    assert mine.picks("mine", "x")
    assert not mine.picks("other", "x")


def test_a_canary_gets_its_part_and_falls_back_to_the_stable_version() -> None:
    assert route(policy(share=1.0)).majors("denoise.cnn") == (2, 1)
    assert route(policy(share=0.0)).majors("denoise.cnn") == (1,)
    assert route(policy(candidate=None)).majors("denoise.cnn") == (1,)
    assert route(policy()).majors("denoise.nlm") == ()


def test_a_shadow_changes_nothing_but_the_shadow() -> None:
    shadowed = policy(mode=Mode.SHADOW, share=1.0)
    job = route(shadowed)
    assert job.majors("denoise.cnn") == (1,)
    beside = job.in_shadow()
    assert beside is not None
    assert beside.majors("denoise.cnn") == (2,)
    assert route(policy(mode=Mode.SHADOW, share=0.0)).in_shadow() is None
    assert route(policy(share=1.0)).in_shadow() is None


def test_what_is_away_is_given_no_trial_and_answers_only_if_somebody_said_so() -> None:
    known = [("a.one", 1), ("a.one", 2), ("b.two", 1), ("b.two", 3), ("c.three", 4)]
    live = {("a.one", 1), ("b.two", 1), ("c.three", 4)}
    policies = [Traffic(operation="a.one", stable=1, candidate=2, share=1.0)]
    held = in_force(policies, known, live)
    assert (held["a.one"].stable, held["a.one"].candidate) == (1, None)
    assert held["b.two"].stable == 1, "the highest that lives"
    assert "c.three" not in held
    pinned = in_force([Traffic(operation="b.two", stable=3)], known, live)
    assert pinned["b.two"].stable == 3, "an operator's word is waited for"
    assert in_force([], known, ()) == {}, "where none lives, work waits for the highest"
