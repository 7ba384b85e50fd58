"""Every operation of every installed plugin does what any operation must.

The checks are those that plugin authors get with `packshot plugin test`, without its pictures of 12 megapixels.
"""

from collections.abc import Iterator

import pytest

from packshot.plugin.conformance import CHECKS, Subject
from packshot.plugin.conformance.bench import Bench
from packshot.plugin.conformance.hosted import HOSTED_CHECKS
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
def bench() -> Iterator[Bench]:
    with Bench(Settings(plugins_dir=None, device="cpu")) as bench:
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
def test_operation_in_a_plugin_host(subject: Subject, bench: Bench, check):
    check(subject, bench)
