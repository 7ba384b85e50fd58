"""`packshot models`: from a file of one's own to a model that is here and right."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from click.testing import CliRunner

from packshot.cli.main import main

WEIGHTS = bytes(range(256)) * 100


@pytest.fixture
def packshot(tmp_path, monkeypatch):
    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PACKSHOT_MODELS_DIR", raising=False)

    def run(*arguments, status=0):
        result = CliRunner().invoke(main, ["models", *map(str, arguments)])
        assert result.exit_code == status, result.output
        return result.output

    return run


@pytest.fixture
def card(packshot, tmp_path):
    """A card written as the guide says: from what `describe` prints."""
    (tmp_path / "net.onnx").write_bytes(WEIGHTS)
    described = yaml.safe_load(packshot("describe", tmp_path / "net.onnx"))
    path = tmp_path / "card.yaml"
    path.write_text(yaml.safe_dump({"name": "net", "family": "onnx.cutout", "licence": "MIT", **described}))
    return path


@pytest.fixture
def address(tmp_path):
    served = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), served)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/net.onnx"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_of_ones_own_is_added_listed_and_verified(packshot, card, tmp_path):
    assert "net: missing: net.onnx" in packshot("add", card)
    assert json.loads(packshot("list", "--json", status=1))["models"][0]["missing"] == ["net.onnx"]
    assert "net: every file is here" in packshot("add", card, tmp_path / "net.onnx")
    assert "net\t1.0.0\tonnx.cutout\tMIT\tevery file is here" in packshot("list")
    assert "net: right" in packshot("verify")


def test_a_file_is_fetched_from_its_card_s_address(packshot, card, address, monkeypatch):
    described = yaml.safe_load(card.read_text())
    described["files"][0]["url"] = address
    card.write_text(yaml.safe_dump(described))
    packshot("add", card)
    assert "names port" in packshot("fetch", "net", status=1)
    monkeypatch.setenv("PACKSHOT_MODELS_ALLOW_PRIVATE", "1")
    assert "net: every file is here" in packshot("fetch", "--all")
    assert "net: right" in packshot("verify", "net")


def test_what_is_damaged_missing_or_unreadable_is_said(packshot, card, tmp_path):
    packshot("add", card, tmp_path / "net.onnx")
    (file,) = (tmp_path / "home" / "models" / "files").iterdir()
    file.write_bytes(WEIGHTS[1:])
    assert "SHA-256 differs" in packshot("verify", status=1)
    file.unlink()
    assert "lacks net.onnx" in packshot("verify", status=1)
    (tmp_path / "home" / "models" / "cards" / "other.yaml").write_text("name: other")
    assert "other.yaml" in packshot("list", status=1)


def test_the_doctor_names_them(packshot, card, tmp_path):
    packshot("add", card)
    (tmp_path / "home" / "models" / "cards" / "other.yaml").write_text("name: other")
    said = CliRunner().invoke(main, ["doctor"]).output
    assert "WARN  model net: lacks net.onnx" in said
    assert "FAIL  model other" in said
    packshot("add", card, tmp_path / "net.onnx")
    assert "OK    models: net" in CliRunner().invoke(main, ["doctor"]).output


def test_names_or_all(packshot):
    assert "--all" in packshot("fetch", status=2)
    assert "no model 'nte'" in packshot("fetch", "nte", status=2)
