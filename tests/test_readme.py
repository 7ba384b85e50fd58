"""What the README and the guides show works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from packshot.plugin.conformance import Verdict, examine
from packshot.plugin.registry import load_registry
from packshot.recipes.loading import parse_recipe
from packshot.recipes.planning import make_plan
from packshot.settings import Settings
from tests.documents import ROOT
from tests.pictures import product_photo, read_picture


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_plugin_in_ten_lines_runs(readme: str, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "plugins-of-mine").mkdir()
    (tmp_path / "plugins-of-mine" / "warmth.py").write_text(code, encoding="utf-8")
    (tmp_path / "photo.jpg").write_bytes(product_photo())
    command = [sys.executable, "-m", "packshot", "apply", "my.warmth", "photo.jpg", "-o", "warm.png", "-p", "strength=0.2"]
    environment = {"PATH": "", "PACKSHOT_PLUGINS_DIR": "plugins-of-mine", "PACKSHOT_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    before, after = read_picture((tmp_path / "photo.jpg").read_bytes()), read_picture((tmp_path / "warm.png").read_bytes())
    warmer = after.astype(float).mean(axis=(0, 1)) - before.astype(float).mean(axis=(0, 1))
    assert warmer[0] > 5 > -5 > warmer[2]
    checked = examine(str(tmp_path / "plugins-of-mine" / "warmth.py"), quick=True)
    assert [result for result in checked if result.verdict is Verdict.FAILED] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_page_it_names_is_there(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    pages = re.findall(r"\]\(((?!http)[^)]+)\)", text)
    assert pages
    assert not [page for page in pages if not (ROOT / page).exists()]


@pytest.mark.parametrize("page", ["docs/how-to/write-a-recipe.md", "docs/how-to/write-a-recipe.zh-CN.md"])
def test_the_recipe_of_the_guide_can_be_run(page: str) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    plan = make_plan(parse_recipe(text), load_registry(Settings()).catalogue, {})
    assert list(plan.outputs()) == ["shop", "banner"]
