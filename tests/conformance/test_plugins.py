"""Every operation of every installed plugin does what any operation must."""

import numpy as np
import pytest
from pydantic import BaseModel

from packshot.plugin import Frame, Operation
from packshot.plugin.registry import Offered, Registry, load_registry
from packshot.settings import Settings
from tests.conformance import plugin as checks
from tests.conformance.plugin import CHECKS, Subject

REGISTRY: Registry = load_registry(Settings())


def test_every_installed_plugin_loads():
    assert REGISTRY.failures == []
    assert len(REGISTRY) > 0


@pytest.fixture(scope="module")
def subjects() -> dict[str, Subject]:
    return {}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("offered", list(REGISTRY), ids=lambda offered: offered.spec.name)
def test_operation(offered: Offered, check, subjects: dict[str, Subject]):
    subject = subjects.get(offered.spec.name)
    if subject is None:
        subject = subjects[offered.spec.name] = Subject.of(offered)
    check(subject)


class Nothing(BaseModel):
    pass


class Naughty(Operation[Nothing]):
    """Does everything that an operation must not."""

    name, version, stage, Params = "naughty.op", "1.0.0", "edit", Nothing
    count = 0

    def run_batch(self, frames, params, runs):
        self.count += 1
        answers = []
        for frame in frames:
            frame.rgb[0, 0] = self.count
            rgb = np.full_like(frame.rgb, self.count + len(frames))
            alpha = None if frame.alpha is None else frame.alpha[: frame.rgb.shape[0] // 2]
            answers.append(Frame.of(rgb, alpha))
        return answers


@pytest.mark.parametrize(
    "check",
    [
        checks.answers_soundly,
        checks.is_deterministic,
        checks.leaves_its_input_alone,
        checks.survives_odd_sizes,
        checks.keeps_alpha_unless_it_says_so,
        checks.batches_equal_singles,
    ],
    ids=lambda check: check.__name__,
)
def test_the_checks_catch_who_breaks_the_rules(check):
    with pytest.raises(AssertionError):
        check(Subject.of(Offered(Naughty, Naughty.spec())))
