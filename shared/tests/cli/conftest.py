"""`packshot` as people run it: a real process, in a home of its own, with a tiny plugin and no other."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

PACKSHOT = Path(sys.executable).with_name("packshot")

TINY_PLUGIN = '''
"""A plugin for tests."""
import time
import numpy as np
from pydantic import BaseModel, Field
from packshot.plugin import Frame, Operation, Run, hookimpl

class Nothing(BaseModel):
    pass

class InvertParams(BaseModel):
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")

class Invert(Operation[InvertParams]):
    """Turn every colour into its opposite.

    Takes long:
    never.
    """
    name, version, stage, Params, title = "tiny.invert", "1.2.3", "edit", InvertParams, "Invert"
    takes = "float"
    def run(self, frame: Frame, params: InvertParams, run: Run) -> Frame:
        return frame.with_rgb((frame.rgb + params.strength * (1 - 2 * frame.rgb)).astype(np.float32))

class Count(Operation[Nothing]):
    """Count pixels."""
    name, version, stage, Params = "tiny.count", "1.0.0", "quality-check", Nothing
    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        return frame.with_finding("tiny.count", {"pixels": frame.width * frame.height, "verdict": "pass"})

class Ground(BaseModel):
    red: int = Field(0, ge=0, le=255)
    green: int = Field(0, ge=0, le=255)

class PlainParams(BaseModel):
    size: int = Field(8, gt=0)
    ground: Ground = Ground()

class Plain(Operation[PlainParams]):
    """Make a plain picture, with one random pixel."""
    name, version, stage, Params, source = "tiny.plain", "1.0.0", "generate", PlainParams, False
    def run(self, frame: Frame, params: PlainParams, run: Run) -> Frame:
        rgb = np.zeros((params.size, params.size, 3), np.uint8)
        rgb[...] = params.ground.red, params.ground.green, 0
        rgb[0, 0] = run.random.integers(0, 256, 3)
        return Frame.of(rgb)

class SlowParams(BaseModel):
    seconds: float = 1.0

class Slow(Operation[SlowParams]):
    """Take a while."""
    name, version, stage, Params = "tiny.slow", "1.0.0", "edit", SlowParams
    def run(self, frame: Frame, params: SlowParams, run: Run) -> Frame:
        time.sleep(params.seconds)
        return frame

class Stubborn(Operation[Nothing]):
    """Fail."""
    name, version, stage, Params = "tiny.stubborn", "1.0.0", "edit", Nothing
    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        raise RuntimeError("I will not")

@hookimpl
def packshot_operations():
    return [Invert, Count, Plain, Slow, Stubborn]
'''

RECIPES = {
    "tiny": "title: Inverted and counted\nsteps:\n  - operation: tiny.invert\n  - operation: tiny.count\noutput: inverted\n",
    "pair": "steps: []\nbranches:\n  - {steps: [{operation: tiny.invert}], output: inverted}\n"
    "  - {steps: [{operation: tiny.invert, params: {strength: 0.5}}], output: grey}\n",
    "slow": "steps:\n  - {operation: tiny.slow, params: {seconds: 8}}\n  - operation: tiny.count\noutput: slow\n",
    "stubborn": "steps:\n  - operation: tiny.stubborn\noutput: never\n",
}


@dataclass
class Packshot:
    """Runs `packshot` in a home."""

    home: Path
    env: dict[str, str]

    def __call__(self, *arguments: object, **env: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, env=self.env | env, timeout=280, check=False
        )

    def start(self, *arguments: object, **env: str) -> subprocess.Popen[str]:
        """Start it."""
        return subprocess.Popen(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.env | env
        )

    def command(self, *arguments: object) -> list[str]:
        """As a shell would."""
        return [str(PACKSHOT), *map(str, arguments)]


@pytest.fixture
def packshot(tmp_path):
    return packshot_in(tmp_path)


def packshot_in(folder):
    """`packshot` with everything that is its own in this folder."""
    plugins, recipes, home = folder / "plugins", folder / "recipes", folder / "home"
    plugins.mkdir()
    (plugins / "tiny.py").write_text(TINY_PLUGIN)
    recipes.mkdir()
    for name, text in RECIPES.items():
        (recipes / f"{name}.yaml").write_text(text)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PACKSHOT_")}
    own = {
        "HOME": home,
        "PLUGINS_DIR": plugins,
        "PLUGINS": "tiny",
        "RECIPES_DIR": recipes,
        "HOST_PROCESSES": 1,
        "HOST_THREADS": 1,
    }
    return Packshot(home, inherited | {f"PACKSHOT_{name}": str(value) for name, value in own.items()})


@pytest.fixture
def photos(tmp_path):
    """Three photos of different content: a.png, b.png and deep/c.png."""
    folder = tmp_path / "photos"
    (folder / "deep").mkdir(parents=True)
    for seed, name in enumerate(("a.png", "b.png", "deep/c.png")):
        rgb = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)
        assert cv2.imwrite(str(folder / name), rgb)
    return folder
