"""Plugins come, are replaced and leave while others work."""

import asyncio
import gc
import os

import psutil
import pytest
from tests.authors import drop, source, wheel

from packshot.contracts.plugin import PluginCondition
from packshot.errors import UnknownName, VersionGone
from packshot.plugin.order import Order
from packshot.plugin.watch import Watch

from .conftest import ordered, photo, picture
from .hosting import gated, hosting, of_folder, order, said, state, until, version_of


@pytest.fixture
async def host(tmp_path):
    (tmp_path / "plugins").mkdir()
    async with hosting(tmp_path, plugins="own,other,third,crash,late,tiny-user,other-user") as host:
        yield host


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "plugins"


async def test_a_file_that_is_dropped_is_usable_and_one_that_is_removed_is_not(host, folder):
    path = drop(folder, "own.py", source())
    await until(host, lambda: version_of(host))
    assert (await said(host))["says"] == "1.0.0"
    ready = state(host, "own", PluginCondition.READY)
    assert ready.operations == ("hot.own@1.0.0",)
    assert len(ready.digest) == 64
    path.unlink()
    await until(host, lambda: version_of(host) is None)
    with pytest.raises(UnknownName):
        await said(host)
    await until(host, lambda: not of_folder(host))


async def test_what_is_planned_with_a_version_is_done_by_that_version_or_not_at_all(host, folder):
    drop(folder, "own.py", source())
    await until(host, lambda: version_of(host) == "1.0.0")
    await host.run(order(version="1.0.0"))
    drop(folder, "own.py", source(version="1.1.0"))
    await until(host, lambda: version_of(host) == "1.1.0")
    with pytest.raises(VersionGone, match=r"replaced by 1\.1\.0"):
        await host.run(order(version="1.0.0"))
    (folder / "own.py").unlink()
    await until(host, lambda: version_of(host) is None)
    with pytest.raises(VersionGone, match="withdrawn"):
        await host.run(order(version="1.1.0"))


async def test_what_is_in_hand_is_finished_by_the_version_that_began_it(host, folder, tmp_path):
    drop(folder, "own.py", source(run=gated(tmp_path / "gate")))
    await until(host, lambda: version_of(host) == "1.0.0")
    running = asyncio.create_task(said(host))
    await asyncio.sleep(0.3)
    drop(folder, "own.py", source(version="1.1.0"))
    await until(host, lambda: version_of(host) == "1.1.0")
    assert not running.done()
    assert state(host, "own", PluginCondition.DRAINING)
    (tmp_path / "gate").touch()
    assert (await said(host))["says"] == "1.1.0"
    assert (await running)["says"] == "1.0.0"
    await until(host, lambda: not state(host, "own", PluginCondition.DRAINING))


async def test_a_removed_plugin_finishes_what_it_has_in_hand_and_its_process_ends(host, folder, tmp_path):
    path = drop(folder, "own.py", source(run=gated(tmp_path / "gate")))
    await until(host, lambda: version_of(host))
    running = asyncio.create_task(said(host))
    await asyncio.sleep(0.3)
    path.unlink()
    await until(host, lambda: version_of(host) is None)
    (tmp_path / "gate").touch()
    pid = (await running)["pid"]
    await until(host, lambda: not state(host, "own", PluginCondition.DRAINING))
    assert not psutil.pid_exists(pid)


async def test_a_bad_upgrade_leaves_the_version_before_it_at_work(host, folder):
    drop(folder, "own.py", source())
    await until(host, lambda: version_of(host) == "1.0.0")
    drop(folder, "own.py", source(version="1.1.0", imports="import not_there"))
    refused = await until(host, lambda: state(host, "own", PluginCondition.REFUSED))
    assert "No module named 'not_there'" in refused.reason
    assert (await said(host))["says"] == "1.0.0"
    drop(folder, "own.py", source(version="1.2.0"))
    await until(host, lambda: version_of(host) == "1.2.0")
    assert not state(host, "own", PluginCondition.REFUSED)


async def test_a_child_that_dies_while_the_next_version_lies_there_is_started_again_as_its_own(host, folder):
    drop(folder, "own.py", source(run="run.seed and os._exit(3)"))
    await until(host, lambda: version_of(host) == "1.0.0")
    drop(folder, "own.py", source(version="1.1.0", imports="import not_there"))
    await until(host, lambda: state(host, "own", PluginCondition.REFUSED))
    await asyncio.gather(host.run(order(seed=1)), return_exceptions=True)
    assert (await said(host))["says"] == "1.0.0"


async def test_two_majors_live_side_by_side(host, folder):
    drop(folder, "own.py", source())
    drop(folder, "other.py", source(version="2.0.0"))
    await until(host, lambda: len(host.specs) == 2)
    assert (await said(host, "hot.own@1"))["says"] == "1.0.0"
    assert (await said(host, "hot.own@2"))["says"] == "2.0.0"


async def test_a_replaced_major_takes_nothing_new_but_finishes_what_was_planned_with_it(tmp_path, folder):
    async with hosting(tmp_path, plugins="own", plugins_linger_s=1.5) as host:
        drop(folder, "own.py", source())
        await until(host, lambda: version_of(host) == "1.0.0")
        drop(folder, "own.py", source(version="2.0.0"))
        await until(host, lambda: version_of(host) == "2.0.0")
        assert [spec.version for spec in host.specs] == ["2.0.0"]
        assert [spec.version for spec in host.served] == ["1.0.0", "2.0.0"]
        assert (await host.run(order("hot.own@1", "1.0.0"))).findings["hot.own"]["says"] == "1.0.0"
        assert (await said(host, "hot.own@2"))["says"] == "2.0.0"
        await until(host, lambda: len(host.served) == 1)
        await until(host, lambda: len(of_folder(host)) == 1)
        with pytest.raises(VersionGone):
            await host.run(order("hot.own@1", "1.0.0"))


async def test_of_two_that_offer_the_same_the_first_is_used_and_the_second_takes_over_when_it_leaves(host, folder):
    drop(folder, "own.py", source())
    await until(host, lambda: version_of(host) == "1.0.0")
    drop(folder, "other.py", source(version="1.7.0"))
    refused = await until(host, lambda: state(host, "other", PluginCondition.REFUSED))
    assert "own.py" in refused.reason
    assert "offer hot.own@1" in refused.reason
    assert version_of(host) == "1.0.0"
    (folder / "own.py").unlink()
    await until(host, lambda: version_of(host) == "1.7.0")
    assert state(host, "other", PluginCondition.READY)


async def test_steps_of_several_plugins_are_one_visit_and_keep_their_pixels(host, folder):
    for name, add in (("own", 1), ("other", 2), ("third", 3)):
        drop(folder, f"{name}.py", source(f"hot.{name}", add=add))
    await until(host, lambda: len(host.specs) == 3)
    rgb = picture()
    steps = tuple(ordered(f"hot.{name}@1") for name in ("own", "other", "third"))
    outcome = await host.run(Order(steps, photo(rgb), wants_file=True, wants_frame=False))
    assert len({finding["pid"] for finding in outcome.findings.values()}) == 3
    assert (
        outcome.file.content
        == (await host.run(Order((), photo(((rgb // 2 + 1) // 2 + 2) // 2 + 3), wants_file=True))).file.content
    )
    assert len(outcome.done) == 3


async def test_what_is_still_written_is_left_alone(host, folder, monkeypatch):
    text = source()
    path = folder / "own.py"
    parts, look = [text[:end] for end in range(0, len(text), 60)], Watch.look

    def write_more_and_look(watch, **how):
        # Before each look there is more of it: on a busy machine, writing and looking by the clock would not take turns.
        if parts:
            path.write_text(parts.pop(0))
        return look(watch, **how)

    monkeypatch.setattr(Watch, "look", write_more_and_look)
    await until(host, lambda: len(parts) == 1)
    assert not of_folder(host)
    parts[:] = [text]
    await until(host, lambda: version_of(host))


async def test_a_wheel_is_a_plugin_and_a_newer_one_beside_it_takes_over(host, folder):
    for version in ("1.0.0", "1.1.0"):
        wheel(folder, "own", version, {"own_plugin/__init__.py": source(version=version)}, entry="own_plugin")
        await until(host, lambda: version_of(host) == version)  # noqa: B023 - awaited in this round
        assert (await said(host))["says"] == version
    older = next(each for each in of_folder(host) if each.condition is PluginCondition.REFUSED)
    assert "own-1.1.0-py3-none-any.whl is newer" in older.reason


async def test_a_network_folder_that_is_away_takes_no_plugin_with_it(host, folder, tmp_path):
    drop(folder, "own.py", source())
    await until(host, lambda: version_of(host))
    folder.rename(tmp_path / "away")
    await asyncio.sleep(0.5)
    assert (await said(host))["says"] == "1.0.0"
    (tmp_path / "away").rename(folder)
    await asyncio.sleep(0.3)
    assert version_of(host) == "1.0.0"


async def test_work_in_another_plugin_is_not_disturbed(host, folder):
    drop(folder, "own.py", source(run="import time; time.sleep(0.01)"))
    await until(host, lambda: version_of(host))
    drop(folder, "crash.py", "import os; os._exit(7)")
    results = [await said(host) for _ in range(60)]
    assert len({result["pid"] for result in results}) == 1
    assert "status 7" in (await until(host, lambda: state(host, "crash", PluginCondition.REFUSED))).reason


async def test_what_has_never_worked_holds_nobody_up(host, folder, tmp_path):
    drop(folder, "own.py", source())
    for name in ("other", "third"):
        drop(folder, f"{name}.py", source(f"hot.{name}", run=gated(tmp_path / "gate")))
    await until(host, lambda: len(host.specs) == 3)
    await said(host)
    hanging = [asyncio.create_task(said(host, f"hot.{name}@1")) for name in ("other", "third")]
    async with asyncio.timeout(100):
        for _ in range(10):
            await said(host)
    assert not any(task.done() for task in hanging)
    (tmp_path / "gate").touch()
    await asyncio.gather(*hanging)


def _left(home):
    process = psutil.Process()
    gc.collect()
    return len(process.children(recursive=True)), process.num_fds(), len(asyncio.all_tasks()), len(list(home.rglob("*")))


async def test_upgrades_in_a_row_leave_nothing_behind(host, folder, tmp_path):
    # A hundred are done by `make bench BENCH=plugins`.
    async def upgrade(number):
        drop(folder, "own.py", source(version=f"1.{number}.0"))
        await until(host, lambda: version_of(host) == f"1.{number}.0")
        assert (await said(host))["says"] == f"1.{number}.0"
        await until(host, lambda: not state(host, "own", PluginCondition.DRAINING))
        await asyncio.sleep(0.3)

    def no_more_than(before):
        return all(now <= then for now, then in zip(_left(tmp_path / "home"), before, strict=True))

    await upgrade(0)
    before = _left(tmp_path / "home")
    for number in range(1, 6):
        await upgrade(number)
    await until(host, lambda: no_more_than(before))


async def test_a_worker_that_was_killed_leaves_no_files_for_long(tmp_path, folder):
    left = tmp_path / "home" / "prepared-plugins"
    (left / "0123456789ab" / "content").mkdir(parents=True)
    (left / "0123456789ab.lock").touch()
    (left / ".copy-1").mkdir()
    os.utime(left / ".copy-1", (0, 0))
    async with hosting(tmp_path, plugins="own"):
        assert os.listdir(left) == []
