"""docker-compose.yml and Dockerfile: parsed, every source there, nothing secret and no host name inside.

No engine runs on the machines that test this, so they are read and not started.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|KEY")


def test_every_source_of_a_copy_exists() -> None:
    sources = [
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    ]  # fmt: skip
    assert len(sources) >= 8
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_every_app_and_folder_that_serves_is_in_the_image() -> None:
    needed = {"manage.py", "network", "meetings", "documents", "serviceareas", "workinggroups", "templates", "static"}
    copied = set(re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE))
    assert needed <= copied


def test_the_image_is_built_in_stages_and_does_not_run_as_root() -> None:
    assert len(re.findall(r"^FROM ", DOCKERFILE, re.MULTILINE)) == 2
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["portal"]
    assert "HEALTHCHECK" in DOCKERFILE


def test_the_command_of_the_image_is_one_that_gunicorn_takes() -> None:
    command = json.loads(re.findall(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)[-1])
    assert command[:3] == ["python", "-m", "gunicorn"]
    told = subprocess.run(
        [sys.executable, *command[1:], "--print-config"], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"WEB_BIND": re.findall(r"WEB_BIND=(\S+)", DOCKERFILE)[-1]},
    )  # fmt: skip
    config = dict(re.findall(r"^(\w+) += (.+)$", told.stdout, re.MULTILINE))
    assert (told.returncode, config["bind"], config["worker_class"]) == (0, "['0.0.0.0:8000']", "gthread"), told.stderr


def test_compose_names_the_parts_and_their_health() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"prepare", "web", "worker", "postgres", "clamav"}
    assert set(COMPOSE["volumes"]) == {"files", "data"}
    assert services["clamav"]["profiles"] == ["scan"]
    assert ("healthcheck" in services["postgres"], "healthcheck" in services["worker"]) == (True, True)
    waits = {name: service.get("depends_on", {}) for name, service in services.items()}
    assert (waits["web"], waits["worker"]) == ({"prepare": {"condition": "service_completed_successfully"}},) * 2


@pytest.mark.parametrize("name", ["prepare", "web", "worker", "postgres"])
def test_no_secret_is_written_down(name: str) -> None:
    environment = COMPOSE["services"][name]["environment"]
    written = {key: value for key, value in environment.items() if SECRET.search(key)}
    assert written
    assert [key for key, value in written.items() if not str(value).startswith("${")] == []
    assert "${POSTGRES_PASSWORD" in str(COMPOSE["services"][name])


def test_no_host_name_of_a_package_index_is_inside() -> None:
    for text in (DOCKERFILE, (ROOT / "docker-compose.yml").read_text()):
        assert re.findall(r"--index-url|--extra-index-url|https?://(?!127\.0\.0\.1|portal\.example\.org)", text) == []
