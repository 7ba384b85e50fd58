"""A rating from data sets to a ranking: nobody learns whose pictures they judge, and what they say counts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from packshot.contracts.dataset import Item, Manifest
from packshot.datasets.register import save_manifest
from packshot_gateway.database.keys import Scope, create_key
from packshot_gateway.rating.pairing import pairs_of

from .conftest import Ground, working

VALUES = {"light": 200, "middle": 120, "dark": 40}


async def a_data_set(ground: Ground, name: str, value: int, pictures: int = 6, category: str = "mug") -> None:
    """Plain pictures that differ by one pixel."""
    store = ground.gateway.system.store
    items = []
    for number in range(pictures):
        picture = np.full((8, 8, 3), value, np.uint8)
        picture[0, 0] = number
        ref = await store.put(cv2.imencode(".png", picture)[1].tobytes(), "image/png")
        items.append(Item(picture=ref, width=8, height=8, product=f"p{number}", category=category))
    await save_manifest(store, Manifest(name=name, created=datetime(2026, 1, 1, tzinfo=UTC), items=tuple(items)))


async def start(ground: Ground, names: tuple[str, ...] = ("light", "dark"), **more) -> str:
    for name in names:
        await a_data_set(ground, name, VALUES[name])
    systems = [{"name": f"system of {name}", "dataset": name} for name in names]
    answer = await ground.http.post("/v1/ratings", json={"systems": systems, **more})
    assert answer.status_code == 201, answer.text
    return f"/v1/ratings/{answer.json()['id']}"


async def given(ground: Ground, rating: str, person: str) -> dict | None:
    return (await ground.http.get(f"{rating}/next", params={"person": person})).json()["pair"]


async def seen(ground: Ground, rating: str, pair: dict, side: str, person: str) -> np.ndarray:
    answer = await ground.http.get(f"{rating}/pairs/{pair['position']}/{side}", params={"person": person})
    assert answer.status_code == 200, answer.text
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)


async def judge(ground: Ground, rating: str, pair: dict, person: str, verdict: str) -> dict | None:
    body = {"person": person, "verdict": verdict}
    answer = await ground.http.put(f"{rating}/pairs/{pair['position']}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["pair"]


async def prefer_light(ground: Ground, rating: str, person: str) -> list[str]:
    """Judge all pairs: the lighter picture is better. The sides that were chosen."""
    pair, chosen = await given(ground, rating, person), []
    while pair is not None:
        left, right = [(await seen(ground, rating, pair, side, person))[4, 4, 0] for side in ("left", "right")]
        chosen.append("left" if left > right else "right")
        pair = await judge(ground, rating, pair, person, chosen[-1])
    return chosen


async def test_people_who_prefer_light_pictures_rank_them_first(ground: Ground) -> None:
    rating = await start(ground, ("dark", "middle", "light"), pairs=6)
    sides = [side for person in ("anna", "ben") for side in await prefer_light(ground, rating, person)]
    assert min(Counter(sides).values()) > 1, "sides are thrown"
    ranking = (await ground.http.get(f"{rating}/ranking")).json()
    assert [each["name"] for each in ranking["systems"]] == ["system of light", "system of middle", "system of dark"]
    assert (ranking["choices"], ranking["people"], ranking["agreement"]) == (12, 2, 1)
    best = ranking["systems"][0]
    assert (best["choices"], best["wins"], best["ties"]) == (8, 8, 0)
    assert best["low"] <= best["preferred"] <= best["high"]
    view = (await ground.http.get(rating, params={"person": "anna"})).json()
    assert (view["pairs"], view["choices"], view["people"], view["mine"]) == (6, 12, 2, 6)


async def test_a_pair_says_nothing_of_whose_it_is_and_each_has_an_order_and_sides_of_their_own(ground: Ground) -> None:
    rating = await start(ground)
    pair = await given(ground, rating, "anna")
    assert set(pair) == {"position", "reference"}
    orders, lefts = set(), set()
    for person in [f"p{number}" for number in range(8)]:
        orders.add((await given(ground, rating, person))["position"])
        lefts.add(int((await seen(ground, rating, pair, "left", person))[4, 4, 0]))
    assert len(orders) > 1
    assert lefts == {VALUES["light"], VALUES["dark"]}
    first, again = [await seen(ground, rating, pair, "left", "anna") for _ in range(2)]
    assert (first == again).all()


async def test_a_word_can_be_taken_back_and_changed(ground: Ground) -> None:
    rating = await start(ground)
    first = await given(ground, rating, "anna")
    second = await judge(ground, rating, first, "anna", "left")
    await judge(ground, rating, second, "anna", "tie")
    undone = (await ground.http.post(f"{rating}/undo", json={"person": "anna"})).json()
    assert undone["pair"] == second
    assert undone["rating"]["mine"] == 1
    again = (await ground.http.post(f"{rating}/undo", json={"person": "anna"})).json()
    assert again["pair"] == first
    nothing = await ground.http.post(f"{rating}/undo", json={"person": "anna"})
    assert nothing.json()["pair"] == first
    for verdict in ("left", "right", "right"):
        await judge(ground, rating, first, "anna", verdict)
    assert (await ground.http.get(f"{rating}/ranking")).json()["choices"] == 1


async def test_what_both_were_made_of_is_shown_beside(ground: Ground) -> None:
    await a_data_set(ground, "photos", 77)
    rating = await start(ground, reference="photos")
    pair = await given(ground, rating, "anna")
    assert pair["reference"]
    assert (await seen(ground, rating, pair, "reference", "anna"))[4, 4, 0] == 77
    plain = await start(ground)
    answer = await ground.http.get(f"{plain}/pairs/0/reference")
    ground.problem(answer, 404, "not_found")


async def test_samples_are_matched_by_category_and_come_again_only_when_all_have_come() -> None:
    def items(number, categories):
        digest = f"{number:02x}"
        return [
            Item(
                picture={"digest": f"{digest}{place:02x}".ljust(64, "0"), "media_type": "image/png", "size": 1},
                width=1, height=1, product=f"{number}-{place}", category=category,
            )
            for place, category in enumerate(categories)
        ]  # fmt: skip

    systems = [items(0, ["a"] * 4 + ["b"] * 4), items(1, ["a"] * 2 + ["b"] * 8), items(2, ["b"])]
    pairs = pairs_of(systems, "category", 24, 0)
    assert all(pair.one_item.category == pair.other_item.category for pair in pairs)
    assert Counter((pair.one, pair.other) for pair in pairs) == {(0, 1): 8, (0, 2): 8, (1, 2): 8}
    ours = Counter(pair.one_item.product for pair in pairs if (pair.one, pair.other) == (0, 1))
    assert max(ours.values()) == 1
    assert pairs == pairs_of(systems, "category", 24, 0) != pairs_of(systems, "category", 24, 1)


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"match": "category"}, 422, "bad_parameters"),
        ({"systems": [{"name": "a", "dataset": "light"}] * 2}, 422, None),
        ({"systems": [{"name": "a", "dataset": "light"}]}, 422, None),
        ({"reference": "nothing"}, 404, "not_found"),
    ],
)
async def test_what_cannot_be_rated_is_said(ground: Ground, more: dict, status: int, code: str | None) -> None:
    await a_data_set(ground, "light", 200, category="mug")
    await a_data_set(ground, "dark", 40, category="hat")
    systems = [{"name": "a", "dataset": "light"}, {"name": "b", "dataset": "dark"}]
    answer = await ground.http.post("/v1/ratings", json={"systems": systems, **more})
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code


async def test_a_key_is_who_one_is_and_others_see_nothing(tmp_path: Path, database_url: str) -> None:
    async with working(tmp_path, database_url, auth="keys") as ground:
        anna, eve = [
            {"Authorization": f"Bearer {await create_key(ground.gateway.database, tenant, name, Scope)}"}
            for tenant, name in (("local", "anna"), ("other", "eve"))
        ]
        ground.http.headers.update(anna)
        rating = await start(ground)
        pair = await given(ground, rating, "somebody")
        await judge(ground, rating, pair, "somebody", "tie")
        assert (await ground.http.get(rating, params={"person": "somebody"})).json()["person"] == "anna"
        ground.http.headers.update(eve)
        for path in (rating, f"{rating}/next", f"{rating}/pairs/0/left", f"{rating}/ranking"):
            assert (await ground.http.get(path)).status_code == 404
        assert (await ground.http.get("/v1/ratings")).json() == []
