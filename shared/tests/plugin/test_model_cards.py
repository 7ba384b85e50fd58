"""Models come, change and go while their plugin works: each time the plugin is started anew, and nothing is restarted by hand."""

import asyncio
import os
import signal

import pytest
import yaml
from tests.authors import drop, model_runner

from packshot.errors import HostCrashed, VersionGone
from packshot.plugin.models.card import ModelCard

from .hosting import gated, hosting, order, until


def write(folder, version, name="net", family="tiny.says", **use):
    files = [{"name": "net.safetensors", "sha256": "0" * 64, "bytes": 1}]
    card = {"name": name, "family": family, "version": version, "licence": "MIT", "files": files, "use": use or {"says": version}}
    cards = folder / "cards"
    cards.mkdir(parents=True, exist_ok=True)
    major = version.partition(".")[0]
    family_word = family.partition(".")[0]
    drop(cards, f"{family_word}.{name}@{major}.yaml", yaml.safe_dump(ModelCard.model_validate(card).model_dump(mode="json")))


def says_hosting(tmp_path, run="pass", **more):
    drop(tmp_path / "plugins", "says.py", model_runner(run))
    return hosting(tmp_path, plugins="says", models_dir=tmp_path / "models", **more)


def versions(host):
    return [spec.version for spec in host.specs]


async def said(host, major, version=""):
    return (await host.run(order(f"tiny.says@{major}", version))).findings["tiny.says"]["says"]


async def test_two_majors_of_a_model_live_side_by_side_and_a_minor_one_replaces_the_other(tmp_path):
    write(tmp_path / "models", "1.0.0")
    async with says_hosting(tmp_path) as host:
        assert host.families == {"tiny.says"}
        assert await said(host, 1) == "1.0.0"
        write(tmp_path / "models", "2.0.0")
        await until(host, lambda: versions(host) == ["1.0.0", "2.0.0"])
        assert [await said(host, 1), await said(host, 2)] == ["1.0.0", "2.0.0"]
        write(tmp_path / "models", "1.1.0")
        await until(host, lambda: versions(host) == ["1.1.0", "2.0.0"])
        assert await said(host, 1, "1.1.0") == "1.1.0"
        with pytest.raises(VersionGone, match=r"replaced by 1\.1\.0"):
            await said(host, 1, "1.0.0")
        (tmp_path / "models" / "cards" / "tiny.net@2.yaml").unlink()
        await until(host, lambda: versions(host) == ["1.1.0"])


async def test_what_is_in_hand_is_finished_with_the_card_that_it_began_with(tmp_path):
    write(tmp_path / "models", "1.0.0")
    async with says_hosting(tmp_path, run=gated(tmp_path / "gate")) as host:
        running = asyncio.create_task(said(host, 1))
        await asyncio.sleep(0.3)
        write(tmp_path / "models", "1.1.0")
        await until(host, lambda: versions(host) == ["1.1.0"])
        assert not running.done()
        (tmp_path / "gate").touch()
        assert await running == "1.0.0"


async def test_a_card_of_another_family_starts_nothing_anew(tmp_path):
    write(tmp_path / "models", "1.0.0")
    async with says_hosting(tmp_path) as host:
        before = host.pids
        write(tmp_path / "models", "1.0.0", name="other", family="onnx.cutout")
        await asyncio.sleep(0.5)
        assert host.pids == before


async def test_a_card_that_spoils_a_plugin_is_told_of_and_what_worked_goes_on(tmp_path):
    write(tmp_path / "models", "1.0.0")
    async with says_hosting(tmp_path) as host:
        write(tmp_path / "models", "2.0.0", spoils=True)
        (failure,) = await until(host, lambda: host.failures)
        assert "this card spoils everything" in failure.reason
        assert await said(host, 1) == "1.0.0"
        write(tmp_path / "models", "2.0.1")
        await until(host, lambda: versions(host) == ["1.0.0", "2.0.1"])
        assert host.failures == ()


async def test_a_child_that_is_started_again_has_the_cards_of_its_generation(tmp_path):
    write(tmp_path / "models", "1.0.0")
    async with says_hosting(tmp_path) as host:
        (pid,) = [one.pid for one in host._sets._generations.live["says"].children]
        # Whoever watches has not seen it yet.
        host._sets._cards.look = lambda settled=False: None
        write(tmp_path / "models", "1.0.1")
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(HostCrashed):
            await said(host, 1)
        assert await said(host, 1) == "1.0.0"
