"""The catalogue is what workers announce, in whatever order it is heard."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from packshot.contracts.envelope import Envelope
from packshot.contracts.http import WorkerView
from packshot.contracts.messages import Failure, WorkerAnnounced, WorkerDeparted
from packshot.contracts.plugin import PluginCondition, PluginState
from packshot_gateway.database import tables

from .conftest import Ground
from .story import OPERATIONS, now, operation, said


async def offered(ground: Ground) -> dict[str, tuple[int, bool]]:
    ground.gateway.catalogue.refresh()
    views = (await ground.http.get("/v1/operations")).json()
    return {view["name"]: (view["workers"], view["away"]) for view in views}


def at(envelope: Envelope, seconds: float) -> Envelope:
    return envelope.model_copy(update={"time": now() + timedelta(seconds=seconds)})


async def test_an_operation_is_there_while_a_worker_offers_it(ground: Ground) -> None:
    await ground.tell(said(WorkerAnnounced(worker="w2", service="edit", operations=OPERATIONS[:1])))
    assert await offered(ground) == {"test.clean": (2, False), "test.draw": (1, False), "test.frame": (1, False)}
    await ground.tell(said(WorkerDeparted(worker="w1")))
    assert await offered(ground) == {"test.clean": (1, False), "test.draw": (0, True), "test.frame": (0, True)}
    assert (await ground.submit()).status_code == 202, "known but away: the work waits"


async def test_of_two_announcements_the_newer_counts_however_they_arrive(ground: Ground) -> None:
    newer = at(said(WorkerAnnounced(worker="w1", service="edit", operations=OPERATIONS[:2])), 2)
    older = at(said(WorkerAnnounced(worker="w1", service="edit", operations=OPERATIONS)), 1)
    departed_before = at(said(WorkerDeparted(worker="w1")), 1.5)
    await ground.tell(newer, older, departed_before)
    assert (await offered(ground))["test.draw"] == (0, True)
    assert (await offered(ground))["test.clean"] == (1, False)


async def test_a_worker_that_falls_silent_is_away(ground: Ground) -> None:
    async with ground.gateway.database.writing() as session:
        await session.execute(update(tables.Worker).values(announced_at=now() - timedelta(seconds=31)))
    assert set((await offered(ground)).values()) == {(0, True)}


async def test_the_etag_changes_with_the_answer_only(ground: Ground) -> None:
    etag = (await ground.http.get("/v1/operations")).headers["etag"]
    await ground.offer_operations()
    ground.gateway.catalogue.refresh()
    same = await ground.http.get("/v1/operations", headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    await ground.tell(said(WorkerAnnounced(worker="w3", service="edit", operations=(operation("test.new"),))))
    changed = await ground.http.get("/v1/operations", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert "test.new" in {view["name"] for view in changed.json()}


async def test_recipes_say_whether_they_could_be_run(ground: Ground) -> None:
    (ground.gateway.settings.recipes_dir / "odd.yaml").write_text("steps: [{operation: test.claen}]\noutput: x\n")
    recipes = {view["name"]: view for view in (await ground.http.get("/v1/recipes")).json()}
    assert recipes["pair"]["outputs"] == ["wide", "narrow"]
    assert recipes["pair"]["available"]
    assert not recipes["odd"]["available"]
    assert "test.clean" in recipes["odd"]["why"]


async def test_a_refused_plugin_and_a_resting_operation_are_shown_with_their_reasons(ground: Ground) -> None:
    refused = PluginState(
        name="bad", source="bad.py in the plugins folder", condition=PluginCondition.REFUSED, reason="SyntaxError: line 3"
    )
    rests = Failure(code="operation_quarantined", message="It hung.", operation="test.draw@1")
    announced = WorkerAnnounced(worker="w2", service="edit", operations=OPERATIONS[:1], plugins=(refused,), quarantined=(rests,))
    await ground.tell(said(announced))
    first, second = (WorkerView.model_validate(view) for view in (await ground.http.get("/v1/workers")).json())
    assert (first.id, first.plugins, first.quarantined) == ("w1", (), ())
    assert (second.id, second.plugins, second.quarantined) == ("w2", (refused,), (rests,))
    await ground.tell(at(said(WorkerDeparted(worker="w2")), 1))
    assert [view["id"] for view in (await ground.http.get("/v1/workers")).json()] == ["w1"]
