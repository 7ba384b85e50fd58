"""What the guide says of a pipeline's card is what a card may say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from packshot_diffusion.use import PipelineUse

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"


@pytest.mark.parametrize("page", ["bring-your-own-model.md", "bring-your-own-model.zh-CN.md"])
def test_the_guides_use(page):
    _, second, *_ = re.findall(r"```yaml\n(.*?)```", (HOW_TO / page).read_text(encoding="utf-8"), re.DOTALL)
    written = yaml.safe_load(second)["use"]
    assert PipelineUse.model_validate(written).size == 1024
    assert set(written) == set(PipelineUse.model_fields)
