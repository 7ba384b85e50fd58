"""Every operation of every installed plugin does what any operation must.

The checks are those that plugin authors get with `packshot plugin test`, without its pictures of 1 and 12 megapixels.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from packshot.plugin.conformance import CHECKS, Subject
from packshot.plugin.conformance.bench import Bench
from packshot.plugin.conformance.hosted import HOSTED_CHECKS
from packshot.plugin.discovery import find_installed
from packshot.plugin.registry import Offered, Registry, load_registry
from packshot.settings import Settings

REGISTRY: Registry = load_registry(Settings(plugins_dir=None))
OPERATIONS = list(REGISTRY)


def name_of(offered: Offered) -> str:
    return offered.spec.name


@pytest.fixture(scope="module")
def subjects() -> dict[str, Subject]:
    return {}


@pytest.fixture
def subject(offered: Offered, subjects: dict[str, Subject]) -> Subject:
    """Each operation is loaded once."""
    if offered.spec.name not in subjects:
        subjects[offered.spec.name] = Subject.of(offered.operation, quick=True)
    return subjects[offered.spec.name]


@pytest.fixture(scope="module")
def benches() -> Iterator[Callable[[str], Bench]]:
    """A plugin host for each plugin alone: it is started again after each operation that is killed."""
    names = {plugin.label: plugin.name for plugin in find_installed()}
    with ExitStack() as open_until_the_end:

        @cache
        def bench(label: str) -> Bench:
            settings = Settings(plugins_dir=None, plugins=names[label], device="cpu")
            return open_until_the_end.enter_context(Bench(settings))

        yield bench


def test_every_installed_plugin_loads():
    assert REGISTRY.failures == []
    assert OPERATIONS


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("offered", OPERATIONS, ids=name_of)
def test_operation(subject: Subject, check):
    check(subject)


@pytest.mark.parametrize("check", HOSTED_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("offered", OPERATIONS, ids=name_of)
def test_operation_in_a_plugin_host(subject: Subject, benches: Callable[[str], Bench], offered: Offered, check):
    check(subject, benches(offered.spec.plugin))
