"""A training that is killed with SIGKILL goes on to the same weights."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from packshot.training.checkpoint import checkpoints

from .test_leg import order_for, trained

pytestmark = pytest.mark.torch

LEGS = """
import sys
from pathlib import Path
from packshot.contracts.training import TrainingOrder
from packshot.training.leg import Limit, run_leg
from packshot.training.reader import FolderReader

if __name__ == "__main__":
    order, folder, blobs = TrainingOrder.model_validate_json(sys.argv[1]), Path(sys.argv[2]), FolderReader(Path(sys.argv[3]))
    while not run_leg(order, folder, blobs, limit=Limit(steps=30)).finished:
        pass
"""


@pytest.mark.timeout(300)  # another process imports torch
def test_killed_in_the_middle_it_makes_the_same_weights(blobs, tmp_path):
    order = order_for(blobs, steps=60, validate_every=30, loaders=1)
    folder, script = tmp_path / "killed", tmp_path / "legs.py"
    script.write_text(LEGS)
    process = subprocess.Popen([sys.executable, script, order.model_dump_json(), folder, blobs.root])
    while not checkpoints(folder):
        assert process.poll() is None
        time.sleep(0.01)
    helpers = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (folder / "result.safetensors").exists()
    made = trained(order, folder, blobs)
    whole = trained(order.model_copy(update={"loaders": 0}), tmp_path / "whole", blobs)
    assert made.weights == whole.weights
    assert len(checkpoints(folder)) == 2
    # What the killed one had started ends of itself.
    _, left = psutil.wait_procs(helpers, timeout=10)
    assert not left
