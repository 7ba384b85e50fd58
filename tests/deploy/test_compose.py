"""compose.yaml: complete, and about settings, services and targets that exist."""

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from packshot.service import service_names
from packshot.settings import Settings
from packshot_collect.settings import CollectSettings
from packshot_gateway.settings import GatewaySettings
from packshot_ingest.settings import IngestSettings
from packshot_train.settings import TrainSettings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "compose.yaml").read_text()
ENVIRONMENT = (ROOT / "deploy/packshot.env.example").read_text()
CONTAINERFILE = re.sub(r"^#.*\n", "", (ROOT / "deploy/containers/Containerfile").read_text(), flags=re.MULTILINE)
SETTINGS = {"gateway": GatewaySettings, "ingest": IngestSettings, "collect": CollectSettings, "train": TrainSettings}
ONE_SHOT = {"minio-setup", "minio-volumes"}
OURS = ["gateway", "ingest", "collect", "preprocess", "generate", "edit", "quality-check", "train"]


@pytest.fixture(scope="module")
def composed(tmp_path_factory):
    """compose.yaml as Docker Compose itself reads it, with every password of the example filled in."""
    environment = tmp_path_factory.mktemp("compose") / "env"
    environment.write_text(re.sub(r"=$", "=secret1", ENVIRONMENT, flags=re.MULTILINE))
    compose = files("compose") / "docker-compose"
    read = subprocess.run(
        [compose, "--profile", "*", "--env-file", environment, "-f", ROOT / "compose.yaml", "config", "--format", "json"],
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(environment.parent)},
    )
    return json.loads(read.stdout)


def images():
    return {name: service["image"] for name, service in yaml.safe_load(TEXT)["services"].items()}


def test_every_service_of_packshot_is_there(composed):
    assert set(service_names()) <= set(composed["services"])
    assert set(OURS) == set(service_names())


def test_every_password_is_in_the_example_and_has_no_default():
    used = set(re.findall(r"\$\{(\w+)", TEXT))
    listed = set(re.findall(r"^#?(\w+)=", ENVIRONMENT, re.MULTILINE))
    assert used == listed
    required = set(re.findall(r"^(\w+)=$", ENVIRONMENT, re.MULTILINE))
    for name in used:
        forms = set(re.findall(rf"\$\{{{name}(:.)", TEXT))
        assert forms == ({":?"} if name in required else {":-"}), name


@pytest.mark.parametrize("name", sorted(images()))
def test_images_are_pinned(name):
    tag = images()[name].rpartition(":")[2]
    assert re.search(r"\d+\.\d+|RELEASE\.\d{4}", tag), tag


def test_long_running_services_are_watched_restarted_and_limited(composed):
    for name, service in composed["services"].items():
        limits = service["deploy"]["resources"]["limits"]
        assert {"cpus", "memory"} <= set(limits), name
        assert (service["restart"] == "no") == (name in ONE_SHOT), name
        assert ("healthcheck" in service) != (name in ONE_SHOT), name


def test_what_is_waited_for_can_be_waited_for(composed):
    for name, service in composed["services"].items():
        for target, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if target in ONE_SHOT else "service_healthy"
            assert how["condition"] == expected, (name, target)


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_hardened(composed, name):
    service = composed["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", OURS)
def test_settings_exist_and_are_valid(composed, name, monkeypatch):
    given = {key: value for key, value in composed["services"][name]["environment"].items() if key.startswith("PACKSHOT_")}
    kind = SETTINGS.get(name, Settings)
    assert {key.removeprefix("PACKSHOT_").lower() for key in given} <= set(kind.model_fields)
    for key, value in given.items():
        monkeypatch.setenv(key, value)
    kind.read()
    in_image = set(re.findall(r"\b(PACKSHOT_\w+)=", CONTAINERFILE))
    assert {key.removeprefix("PACKSHOT_").lower() for key in in_image} <= set(GatewaySettings.model_fields)


@pytest.mark.parametrize("name", OURS)
def test_each_service_has_its_own_broker_user_and_image(composed, name):
    service = composed["services"][name]
    assert service["environment"]["PACKSHOT_BUS_URL"].startswith(f"amqp://{name}:")
    assert service["image"].startswith(f"packshot-{name}:")
    assert service["build"]["target"] == name
    assert f" AS {name}\n" in CONTAINERFILE
    assert (ROOT / service["build"]["dockerfile"]).samefile(ROOT / "deploy/containers/Containerfile")


def test_health_is_asked_where_it_is_answered(composed):
    for name in OURS:
        service = composed["services"][name]
        port = int(re.search(r":(\d+)/readyz", " ".join(service["healthcheck"]["test"]))[1])
        web = int(re.search(r"PACKSHOT_GATEWAY_PORT=(\d+)", CONTAINERFILE)[1])
        assert port == (int(service["environment"]["PACKSHOT_METRICS_PORT"]) or web), name


def test_the_broker_has_file_handles_for_thousands_of_queues(composed):
    """Three a quorum queue; each operation has two (docs/decisions/0001)."""
    assert composed["services"]["rabbitmq"]["ulimits"]["nofile"] == {"soft": 65536, "hard": 65536}


def test_minio_publishes_to_the_exchange_that_ingest_hears(composed):
    minio, ingest = (composed["services"][name]["environment"] for name in ("minio", "ingest"))
    assert minio["MINIO_NOTIFY_AMQP_EXCHANGE_PACKSHOT"] == ingest["PACKSHOT_NOTIFY_EXCHANGE"]
    assert minio["MINIO_NOTIFY_AMQP_EXCHANGE_TYPE_PACKSHOT"] == IngestSettings.model_fields["notify_exchange_type"].default
    assert minio["MINIO_NOTIFY_AMQP_DURABLE_PACKSHOT"] == "on"


def test_mounted_files_are_there(composed):
    for service in composed["services"].values():
        for volume in service.get("volumes", ()):
            if volume["type"] == "bind":
                assert Path(volume["source"]).exists(), volume["source"]


@pytest.mark.parametrize("script", ["deploy/rabbitmq/start.sh", "deploy/minio/setup.sh"])
def test_scripts_are_executable_shell(script):
    subprocess.run(["sh", "-n", ROOT / script], check=True)
    assert os.access(ROOT / script, os.X_OK)


def test_only_loopback_is_published_by_default(composed):
    for name, service in composed["services"].items():
        for port in service.get("ports", ()):
            assert port["host_ip"] == "127.0.0.1", name


def test_gateway_ingest_and_collect_hold_neither_torch_nor_plugins():
    stages = dict(re.findall(r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM|\Z)", CONTAINERFILE, re.MULTILINE | re.DOTALL))
    assert "plugins/" in stages["build-worker"]
    for name in ("build", "build-gateway", "build-ingest", "build-collect"):
        assert "plugins" not in stages[name]
        assert "torch" not in stages[name].lower()
    copied = re.findall(r"^COPY (?:--\S+ )?(\S+) ", CONTAINERFILE, re.MULTILINE)
    assert all((ROOT / path).exists() for path in copied if not path.startswith("/opt"))


def test_containers_do_not_run_as_root():
    runtime = CONTAINERFILE[CONTAINERFILE.index(" AS runtime") :]
    assert re.findall(r"^USER (\S+)", runtime, re.MULTILINE) == ["10001:10001"]


def test_the_containerfile_has_no_known_fault():
    hadolint = Path(sys.executable).parent / "hadolint"
    checked = subprocess.run([hadolint, "-"], check=False, input=CONTAINERFILE, text=True, capture_output=True)
    assert checked.returncode == 0, checked.stdout
