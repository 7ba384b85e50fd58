"""What do operations run on? Runtimes are asked in a process of their own: importing torch takes seconds, and may crash."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from packshot.cli.checks.line import Line, fail, ok, warn
from packshot.errors import BadSettings
from packshot.plugin.devices import CPU, find_devices
from packshot.settings import Settings

PATIENCE_S = 60.0

QUESTIONS = {
    "torch": "import torch; print(torch.__version__, 'with', 'CUDA' if torch.cuda.is_available() else 'CPU only')",
    "onnxruntime": "import onnxruntime as o; print(o.__version__, 'with', ', '.join(o.get_available_providers()))",
}


def check_devices(settings: Settings) -> Iterator[Line]:
    """The devices, and each runtime."""
    try:
        devices = find_devices(settings.device)
    except BadSettings as error:
        yield fail("device", str(error), "Correct PACKSHOT_DEVICE.")
        return
    yield ok("device", ", ".join(devices))
    for runtime, question in QUESTIONS.items():
        yield _runtime(runtime, question, wants_cuda=devices != (CPU,))


def _runtime(runtime: str, question: str, wants_cuda: bool) -> Line:
    if find_spec(runtime) is None:
        return ok(runtime, "not installed (only operations that use it need it)")
    try:
        answer = subprocess.run(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-c", question], capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return fail(runtime, f"did not import in {PATIENCE_S:g} s", f"Install {runtime} again.")
    if answer.returncode != 0:
        said = answer.stderr.strip().rpartition("\n")[2]
        return fail(runtime, f"cannot be imported: {said}", f"Install {runtime} again.")
    found = answer.stdout.strip()
    if wants_cuda and "CUDA" not in found:
        return warn(runtime, f"{found}, though this machine has a CUDA device", f"Install the CUDA build of {runtime}.")
    return ok(runtime, found)
