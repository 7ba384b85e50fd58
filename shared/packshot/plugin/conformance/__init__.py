"""What every operation must do, whoever wrote it. `packshot plugin test` runs all of it; a plugin's own tests can too:

import pytest
from packshot.plugin.conformance import CHECKS, Subject
from my_effect import packshot_operations

@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("operation", packshot_operations(), ids=lambda operation: operation.name)
def test_conformance(operation, check):
    check(Subject.of(operation))
"""

from packshot.plugin.conformance.examination import examine
from packshot.plugin.conformance.failure import ConformanceFailure, NotTestable
from packshot.plugin.conformance.result import Result, Verdict
from packshot.plugin.conformance.subject import Subject
from packshot.plugin.conformance.suite import CHECKS, Check

__all__ = ["CHECKS", "Check", "ConformanceFailure", "NotTestable", "Result", "Subject", "Verdict", "examine"]
