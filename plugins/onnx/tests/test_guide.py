"""The cards that the guide shows are cards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from packshot.plugin.models import ModelCard
from packshot_onnx.cutout import OnnxCutout

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"


@pytest.mark.parametrize("page", ["bring-your-own-model.md", "bring-your-own-model.zh-CN.md"])
def test_the_guides_card(page):
    first, *_ = re.findall(r"```yaml\n(.*?)```", (HOW_TO / page).read_text(encoding="utf-8"), re.DOTALL)
    card = ModelCard.model_validate(yaml.safe_load(first))
    assert OnnxCutout.for_card(card).spec().name == "onnx.cutout.u2net"
