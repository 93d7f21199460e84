"""What cannot work ends with one clear line and a non-zero code, never with a traceback."""

import errno
import os
import re
import socket
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from network.embedded.console import SetupError, explain, require_space
from network.embedded.home import Home
from network.embedded.processes import capture
from tests.bootstrap import portal as portals
from tests.bootstrap.portal import CHECKOUT, bootstrap

SECRET = "hunter-two"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data folder that nothing is ever put into."""
    folder = portals.new_home()
    yield folder
    portals.remove(folder)


def complaint_of(home: Path, **variables: str) -> str:
    """The one line that `make run` ends with."""
    code, output, complaint = bootstrap("run", home, **variables)
    assert code == 1, output
    assert complaint.count("\n") == 1
    assert "Traceback" not in output + complaint
    assert SECRET not in output + complaint
    return complaint


def test_port_taken(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        wish = f"Port {port} is taken. Choose another: make run PORT={port + 1}\n"
        assert complaint_of(home, PORT=str(port)) == wish


@pytest.mark.parametrize("port", ["kahdeksan", "65536", "-1", "80 80"])
def test_port_that_is_none(home: Path, port: str) -> None:
    assert complaint_of(home, PORT=port).startswith("PORT must be a number between 0 and 65535")


@pytest.mark.parametrize(
    "address", [f"mysql://u:{SECRET}@h/n", "postgresql://", "portal", f"postgresql://u:{SECRET}@h:port/n", "a://["]
)
def test_database_url_that_is_none(home: Path, address: str) -> None:
    assert "must look like postgresql://" in complaint_of(home, DATABASE_URL=address, PORT="0")


def test_database_that_is_not_there(home: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but nobody listens
        address = f"postgresql://u:{SECRET}@127.0.0.1:{closed.getsockname()[1]}/portal"
        assert "refused" in complaint_of(home, DATABASE_URL=address, PORT="0")


def test_no_space_is_noticed_before_anything_is_done(tmp_path: Path) -> None:
    require_space(tmp_path / "not" / "yet", 1)
    with pytest.raises(SetupError, match=r"The disk is full: \d+ MB are free .* 1000000000 MB are needed"):
        require_space(tmp_path, 10**9)


def test_disk_that_fills_up_under_a_step(tmp_path: Path) -> None:
    fill = ["sh", "-c", "cat /etc/passwd > /dev/full"]
    with pytest.raises(SetupError, match=r"^Filling failed: the disk is full"):
        capture(fill, env=dict(os.environ), cwd=tmp_path, what="Filling", log=tmp_path / "log")


def test_disk_that_fills_up_under_us() -> None:
    with pytest.raises(OSError, match="No space left") as caught, open("/dev/full", "w") as full:
        full.write("much")
    assert explain(caught.value).startswith("The disk is full")
    assert explain(OSError(errno.EACCES, "Permission denied", "/a")) == "Permission denied: /a"


def test_data_folder_that_is_open_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(SetupError, match="open to others"):
        Home(tmp_path)


def test_data_folder_with_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="too long"):
        Home(tmp_path / ("x" * 100))


def test_a_command_that_is_none(home: Path) -> None:
    code, _, complaint = bootstrap("walk", home)
    assert code == 2
    assert "run     serve the portal" in complaint


def test_doctor_without_a_database_says_what_is_missing(home: Path) -> None:
    code, output, complaint = bootstrap("doctor", home)
    assert code == 1
    assert "Traceback" not in output + complaint
    assert complaint.startswith(("There is no database yet", "The Python packages are not installed"))


def test_the_lock_names_no_host_and_hashes_everything() -> None:
    pinned = {}
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (CHECKOUT / name).read_text()
        lines = [line for line in text.splitlines() if line and not line.startswith("    ")]
        assert "://" not in text
        assert lines
        assert all("==" in line and line.endswith("\\") for line in lines)
        pinned[name] = {line.split(" ")[0] for line in lines}
    assert pinned["requirements.txt"] <= pinned["requirements-dev.txt"]


def test_the_lock_holds_what_the_project_names() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]],
    }
    for name, requirements in wanted.items():
        pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==", (CHECKOUT / name).read_text(), re.M))
        named = {re.split(r"[\[<>=! ]", text)[0].lower() for text in requirements}
        assert named <= pinned, "make lock"
