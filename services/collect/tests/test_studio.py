"""Renders become a data set, leg by leg, and the same order makes the same pictures."""

from packshot.contracts.messages import CollectFailed, CollectProgressed

from .conftest import Ground

SOURCE = {"kind": "studio", "count": 6, "seed": 3, "size": 48, "settings": {"families": ["mug"]}}


async def test_renders_come_with_their_truth_however_they_are_cut(tmp_path):
    made = []
    for name, leg_s in (("cut", 0.01), ("whole", 60.0)):
        ground = Ground(tmp_path / name, collect_leg_s=leg_s)
        await ground.open()
        manifest, _ = await ground.collect({"name": "mugs", "source": SOURCE})
        legs = {each.body(CollectProgressed).leg for each in ground.heard if each.type == CollectProgressed.type}
        assert (len(legs) > 2) == (name == "cut")
        made.append(manifest.items)
    assert made[0] == made[1]
    assert len(made[0]) == 6
    assert {item.category for item in made[0]} == {"mug"}
    assert {"alpha", "depth", "normals", "shadow"} <= set(made[0][0].planes)
    assert {item.licence for item in made[0]} == {"CC0-1.0"}


async def test_settings_that_the_studio_does_not_take_are_named(ground):
    async with ground.service():
        end = await ground.ended(await ground.send({"name": "mugs", "source": {**SOURCE, "settings": {"moons": 2}}}))
    assert isinstance(end, CollectFailed)
    assert "moons" in end.failure.message
