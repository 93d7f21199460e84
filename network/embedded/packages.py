"""The virtual environment: made once, filled from the hashed lock, left alone while that stays the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from network.embedded.console import SetupError, step
from network.embedded.home import CHECKOUT, Home
from network.embedded.needs import newest, runs
from network.embedded.processes import capture

if TYPE_CHECKING:
    from network.embedded.system import System

VENV = CHECKOUT / ".venv"
PYTHON = f"{VENV}/bin/python"
LOCKS = {"run": "requirements.txt", "test": "requirements-dev.txt"}


def installed(kind: str) -> bool:
    """Whether the environment holds what the lock says; the set for tests contains the one for running."""
    return os.path.exists(PYTHON) and any(
        (VENV / f"{name}.stamp").exists() and (VENV / f"{name}.stamp").read_text() == _mark(name)
        for name in ([kind, "test"] if kind == "run" else [kind])
    )


def _mark(kind: str) -> str:
    """Changes with either lock, for installing from one may move a version of the other."""
    text = "".join((CHECKOUT / LOCKS[name]).read_text() for name in LOCKS)
    return f"{kind} {hashlib.sha256(text.encode()).hexdigest()}"


def install(kind: str, system: System) -> None:
    """Make the environment if there is none that runs, then install the lock into it."""
    if installed(kind) and runs([PYTHON, "-c", "import django"], env=system.environment()):
        return
    if not runs([PYTHON, "-m", "pip", "--version"], env=system.environment()):
        with step(f"Virtual environment: {VENV.relative_to(CHECKOUT)} with Python {sys.version.split()[0]}"):
            _make(system)
    with step(f"Python packages: pip install -r {LOCKS[kind]}"):
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        env = system.environment() | {"PIP_ROOT_USER_ACTION": "ignore"}
        what = "Installing the Python packages"
        capture([*pip, "--require-hashes", "-r", LOCKS[kind]], env=env, cwd=CHECKOUT, what=what)
        (VENV / f"{kind}.stamp").write_text(_mark(kind))


def _make(system: System) -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    wheels, what = system.wheels(), "Making the virtual environment"
    env = dict(os.environ)
    if wheels is None:
        capture([sys.executable, "-m", "venv", str(VENV)], env=env, cwd=CHECKOUT, what=what)
        return
    # A bare python3 of Debian has venv but no ensurepip: pip installs itself from its own wheel.
    capture([sys.executable, "-m", "venv", "--without-pip", str(VENV)], env=env, cwd=CHECKOUT, what=what)
    pip = newest(wheels, "pip-*.whl")
    if pip is None:
        raise SetupError("pip is missing, and Debian's wheel of it was not found.")
    command = [
        PYTHON,
        "-m",
        "pip",
        "-q",
        "install",
        "--no-index",
        "--find-links",
        str(wheels),
        "pip",
        "setuptools",
    ]
    capture(command, env=system.environment() | {"PYTHONPATH": pip}, cwd=CHECKOUT, what=what)


def lock(home: Home) -> int:
    """Write the two locks anew from pyproject.toml: exact versions, hashes, no host names."""
    uv = shutil.which("uv") or shutil.which("uv", path=VENV / "bin")
    if not uv:
        raise SetupError("The lock is written by uv: pip install uv")
    base = [
        uv,
        "pip",
        "compile",
        "pyproject.toml",
        "--universal",
        "--python-version",
        "3.11",
    ]
    base += [
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
        "--quiet",
        "--upgrade",
    ]
    for output, extra in (
        ("requirements.txt", []),
        ("requirements-dev.txt", ["--group", "dev", "-c", LOCKS["run"]]),
    ):
        with step(f"Lock: {output}"):
            subprocess.run([*base, *extra, "-o", output], cwd=CHECKOUT, check=True)
    return 0
