"""What a plugin needs beside packshot is its own: nobody else sees it, and it is gone with the plugin."""

import asyncio
import importlib.util
import os
import sys

import numpy
import psutil
import pytest
from tests.authors import source, wheel

from packshot.contracts.plugin import PluginCondition
from packshot.plugin.folder import find_candidates
from packshot.plugin.prepared import Preparing

from .hosting import hosting, said, state, until, version_of


@pytest.fixture
def index(tmp_path):
    """Two versions of one tiny library, as files."""
    for version in ("1.0", "2.0"):
        wheel(tmp_path / "index", "tinylib", version, {"tinylib.py": f'VERSION = "{version}"\n'})
    return tmp_path / "index"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plugins").mkdir()
    return tmp_path / "plugins"


@pytest.fixture
async def host(tmp_path, folder, index):
    pip = f"--no-index --find-links {index}"
    async with hosting(tmp_path, plugins="user-one,user-two,user-three,project,package", plugins_pip_args=pip) as host:
        yield host


USES = "import tinylib, numpy"
SAYS = "[tinylib.VERSION, numpy.__version__]"


def using(folder, name, version):
    text = source(f"hot.{name}", imports=USES, says=SAYS)
    return wheel(
        folder, f"user_{name}", "1.0.0", {f"user_{name}.py": text}, needs=[f"tinylib=={version}", "numpy"], entry=f"user_{name}"
    )


async def test_two_plugins_have_their_own_version_of_one_library_and_share_the_rest(host, folder, tmp_path):
    for name, version in (("one", "1.0"), ("two", "2.0")):
        using(folder, name, version)
    await until(host, lambda: len(host.specs) == 2, seconds=60)
    assert (await said(host, "hot.one@1"))["says"] == ["1.0", numpy.__version__]
    assert (await said(host, "hot.two@1"))["says"] == ["2.0", numpy.__version__]
    assert importlib.util.find_spec("tinylib") is None, "it got into our own environment"
    prepared = tmp_path / "home" / "prepared-plugins"
    installed = {path.parent.name for path in prepared.glob("*/overlay/lib/*/site-packages/*/METADATA")}
    assert installed == {"tinylib-1.0.dist-info", "tinylib-2.0.dist-info"}, "what we have was installed again"
    for path in folder.iterdir():
        path.unlink()
    await until(host, lambda: not host.specs)
    await until(host, lambda: not list(prepared.iterdir()))


async def test_what_needs_nothing_more_gets_no_environment(host, folder, tmp_path):
    wheel(folder, "user_one", "1.0.0", {"user_one.py": source()}, needs=["numpy>=1", "pydantic"], entry="user_one")
    await until(host, lambda: version_of(host))
    assert not list((tmp_path / "home").glob("prepared-plugins/*/overlay"))
    (python,) = {psutil.Process((await said(host))["pid"]).cmdline()[0]}
    assert python == sys.executable


async def test_what_cannot_be_had_is_named(host, folder):
    using(folder, "one", "7.0")
    reason = (await until(host, lambda: state(host, "user-one", PluginCondition.REFUSED))).reason
    assert "pip cannot install" in reason
    assert "tinylib==7.0" in reason


async def test_what_clashes_with_packshot_itself_is_refused(host, folder, index):
    wheel(index, "click", "1.0", {"click.py": ""})
    wheel(folder, "user_one", "1.0.0", {"user_one.py": source()}, needs=["click==1.0"], entry="user_one")
    reason = (await until(host, lambda: state(host, "user-one", PluginCondition.REFUSED), seconds=60)).reason
    assert "click" in reason
    assert "conflict" in reason


async def test_a_project_folder_and_a_package_with_requirements_are_plugins_too(host, folder):
    project = folder / "project"
    (project / "src" / "my_effect").mkdir(parents=True)
    (project / "src" / "my_effect" / "__init__.py").write_text(source("hot.project", imports=USES, says=SAYS))
    (project / "pyproject.toml").write_text(
        '[project]\nname = "my-effect"\nversion = "1.0.0"\ndependencies = ["tinylib<2"]\n'
        '[project.entry-points.packshot]\nmy-effect = "my_effect"\n'
    )
    package = folder / "package"
    package.mkdir()
    (package / "__init__.py").write_text(source("hot.package", imports=USES, says=SAYS))
    (package / "requirements.txt").write_text("# its own\ntinylib>=2\n")
    await until(host, lambda: len(host.specs) == 2, seconds=60)
    assert (await said(host, "hot.project@1"))["says"][0] == "1.0"
    assert (await said(host, "hot.package@1"))["says"][0] == "2.0"


async def test_an_environment_is_made_once_and_found_again_after_a_restart(tmp_path, folder, index):
    using(folder, "one", "1.0")
    for turn, pip in enumerate((f"--no-index --find-links {index}", "--no-index")):
        async with hosting(tmp_path, plugins="user-one", plugins_pip_args=pip) as host:
            assert (await said(host, "hot.one@1"))["says"][0] == "1.0", turn
    (folder / "user_one-1.0.0-py3-none-any.whl").unlink()
    async with hosting(tmp_path, plugins="user-one"):
        assert not list((tmp_path / "home" / "prepared-plugins").iterdir())


async def test_two_workers_of_one_home_share_it_and_neither_takes_it_from_the_other(tmp_path, folder, index):
    pip = f"--no-index --find-links {index}"
    path = using(folder, "one", "1.0")
    async with hosting(tmp_path, plugins="user-one", plugins_pip_args=pip) as stays:
        async with hosting(tmp_path, plugins="user-one", plugins_pip_args=pip) as leaves:
            assert (await said(leaves, "hot.one@1"))["says"][0] == "1.0"
        await asyncio.to_thread(path.touch)
        assert len(list((tmp_path / "home").glob("prepared-plugins/*.lock"))) == 1
        assert (await said(stays, "hot.one@1"))["says"][0] == "1.0"


async def test_several_workers_that_start_at_once_share_what_one_of_them_makes(tmp_path, folder, index):
    using(folder, "one", "1.0")
    (candidate,) = find_candidates(folder).candidates
    preparing = Preparing(tmp_path / "shared", f"--no-index --find-links {index}")
    async with asyncio.timeout(60):
        made = await asyncio.gather(*(asyncio.to_thread(preparing.prepare, candidate) for _ in range(4)))
    assert len({one.python for one in made}) == 1
    for one in made:
        one.release(forget=True)
    assert os.listdir(tmp_path / "shared") == []
