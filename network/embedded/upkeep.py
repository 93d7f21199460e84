"""`make doctor`, `make manage`: Django's commands on this checkout's database, whether it serves or not."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
from collections.abc import Iterator

from network.embedded.console import SetupError, say
from network.embedded.database import check_address, probe
from network.embedded.home import CHECKOUT, Home
from network.embedded.packages import PYTHON, install, installed
from network.embedded.postgres import Cluster
from network.embedded.processes import die_with_parent
from network.embedded.serving import environment
from network.embedded.system import INSTALL, System


def doctor(home: Home) -> int:
    """What is missing or degraded; installs nothing."""
    system = System("test")
    missing = system.missing()
    for need in missing.values():
        say(f"{need.what}: missing{'' if need.required else ' (optional)'} ({INSTALL} {need.packages})")
    if not installed("run"):
        raise SetupError("The Python packages are not installed yet; make run does it.")
    if any(need.required for need in missing.values()):
        return 1
    with database(home, system) as env:
        return _manage(["doctor"], env)


def manage(home: Home) -> int:
    """`make manage ARGS="…"`: a management command of Django."""
    system = System("run")
    with home.turn("setup", "preparing this checkout"):
        system.provide()
        install("run", system)
    with database(home, system) as env:
        return _manage(shlex.split(os.environ.get("ARGS", "help")), env)


@contextlib.contextmanager
def database(home: Home, system: System) -> Iterator[dict[str, str]]:
    """The environment with the database that serves now; else the given one; else ours, started for this."""
    running = home.running()
    env = environment(home, system, int(running.get("port") or 8000))
    if given := os.environ.get("DATABASE_URL") or running.get("database"):
        check_address(given)
        env["DATABASE_URL"] = given
        probe(env)
        yield env
        return
    if running:
        raise SetupError("The portal runs on a database of its own choice, or is just starting: set DATABASE_URL.")
    if not (home.folder / "db" / "data").exists():
        raise SetupError("There is no database yet; make run makes one.")
    home.claim()
    cluster = Cluster(home.folder / "db", env, durable=True)
    cluster.start()
    try:
        yield env | {"DATABASE_URL": cluster.url}
    finally:
        cluster.stop()
        home.release()


def _manage(arguments: list[str], env: dict[str, str]) -> int:
    command = [PYTHON, "manage.py", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=env, preexec_fn=die_with_parent()).returncode
