"""An operator steers traffic from the terminal: on a running system, and on one that is at rest."""

import json

import pytest

from .second_version import SECOND
from .test_up import free_port, running, wait_for


@pytest.fixture
def both(packshot):
    (packshot.home.parent / "plugins" / "second.py").write_text(SECOND)
    packshot.env["PACKSHOT_PLUGINS"] = "tiny,second"
    return packshot


def said(packshot, *arguments) -> str:
    done = packshot("plugin", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[0]


def versions(packshot, photos, out) -> set[str]:
    """The versions of tiny.invert that answer a step which pins none."""
    done = packshot("run", photos, "-r", "tiny", "-o", out)
    assert done.returncode == 0, done.stderr
    reports = [json.loads(path.read_text()) for path in out.glob("*.json")]
    return {step["version"] for report in reports for step in report["lineage"] if step["operation"] == "tiny.invert"}


def test_from_pinning_to_a_canary_to_a_promotion_and_back(both, photos, tmp_path):
    with running(both, free_port()):
        wait_for(lambda: both("plugin", "promote", "tiny.invert@1").returncode == 0)
        assert said(both, "promote", "tiny.invert@1") == "tiny.invert: @1 answers."
        assert versions(both, photos, tmp_path / "1") == {"1.2.3"}
        assert said(both, "canary", "tiny.invert@2", "--share", "1") == "tiny.invert: @1 answers; @2 gets 1 of the work."
        assert versions(both, photos, tmp_path / "2") == {"2.0.1"}
        assert said(both, "rollback", "tiny.invert") == "tiny.invert: @1 answers."
        assert versions(both, photos, tmp_path / "3") == {"1.2.3"}
        assert said(both, "canary", "tiny.invert@2", "--tenant", "acme").endswith("@2 gets 1 of the work of acme.")
        assert said(both, "promote", "tiny.invert") == "tiny.invert: @2 answers."
        (view,) = json.loads(both("plugin", "traffic", "--json").stdout)
        jobs = {row["major"]: row["jobs"] for row in view["versions"]}
        assert jobs == {1: 6, 2: 3}
        refused = both("plugin", "promote", "tiny.invert@3")
        assert (refused.returncode, "no version 3" in refused.stderr) == (2, True)
    # What was said holds when the system starts again.
    assert versions(both, photos, tmp_path / "4") == {"2.0.1"}
    assert said(both, "unpin", "tiny.invert") == "tiny.invert: the highest version that a live worker offers answers."


def test_shadows_are_compared_from_traffic(both, photos, tmp_path):
    with running(both, free_port()):
        wait_for(lambda: both("plugin", "shadow", "tiny.invert@2").returncode == 0)
        assert versions(both, photos, tmp_path / "1") == {"1.2.3"}

        def shadows() -> list[int]:
            (view,) = json.loads(both("plugin", "traffic", "--json").stdout)
            return [row["finished"] for row in view["versions"] if row["shadow"]]

        wait_for(lambda: shadows() == [3])
        assert len(json.loads(both("jobs", "--json").stdout)) == 3, "shadows are no jobs of the merchant's"
        done = both("plugin", "compare", "tiny.invert@1", "tiny.invert@2", "--traffic", "-o", tmp_path / "compared", "--json")
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        assert (report["compared"], report["psnr"]) == (3, pytest.approx(24.8, abs=0.2))
        assert "shadow" in both("plugin", "traffic", "tiny.invert").stdout


def test_a_share_is_needed(packshot):
    done = packshot("plugin", "canary", "tiny.invert@2")
    assert (done.returncode, "--share" in done.stderr) == (2, True)
