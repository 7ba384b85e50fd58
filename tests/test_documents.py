"""Documents made from the code say what the code says."""

from __future__ import annotations

import pytest

from tests.documents import DOCUMENTS, ROOT


@pytest.mark.parametrize("path", sorted(DOCUMENTS))
def test_the_document_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == DOCUMENTS[path](), "run `make docs`"
