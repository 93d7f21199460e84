"""Is the database there, fit for us, and prepared? The work behind `migrate` and `seed` only when needed."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from network.embedded.console import SetupError, say, step
from network.embedded.home import CHECKOUT, Home
from network.embedded.packages import PYTHON
from network.embedded.processes import begin, die_with_parent, finish

SHAPE = "postgresql://user:password@host:5432/name"
APPS = ("network", "meetings", "documents", "serviceareas", "workinggroups")


def check_address(url: str) -> None:
    """Stop when DATABASE_URL is not an address of Postgres at all; never print it, it may hold a password."""
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("postgresql", "postgres") and parts.path.strip("/") and (parts.port or True)
    except ValueError:
        right = False
    if not right:
        raise SetupError(f"DATABASE_URL is not an address of a Postgres database: it must look like {SHAPE}")


def probe(env: dict[str, str]) -> dict[str, Any]:
    """Ask the database who it is (needs the virtual environment); stop with its reason when it refuses."""
    result = subprocess.run(
        [PYTHON, "-m", "network.embedded.probe"],
        cwd=CHECKOUT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=die_with_parent(),
    )
    try:
        facts: dict[str, Any] = json.loads(result.stdout)
    except ValueError:
        facts = {"error": (result.stderr.strip().splitlines() or ["the driver does not run"])[-1]}
    if error := facts.get("error"):
        if password := unquote(urlsplit(env["DATABASE_URL"]).password or ""):
            error = error.replace(password, "***")
        raise SetupError(f"The database cannot be used: {error}")
    return facts


def prepare(home: Home, env: dict[str, str]) -> None:
    """Migrate, seed and gather the static files, each only when something of it has changed."""
    more = f"{env['DEMO']} {env['DEMO_PASSWORD']}"
    code, static = fingerprint([f"{app}/**/*" for app in APPS], more), fingerprint(["static/**/*", "*.txt"])
    kept, rows = home.read("prepared.json"), probe(env)["rows"]
    content_done = kept.get("code") == code and kept.get("rows") == rows
    static_done = kept.get("static") == static and Path(env["STATIC_ROOT"]).is_dir()
    if content_done and static_done:
        say("Database, content and static files: as they were, nothing to do")
        return
    gathering = None if static_done else _manage(env, "collectstatic", "--noinput", "--clear")
    if not content_done:
        _fill(home, env)
    if gathering:  # it ran beside the others, for a first start has a core to spare
        with step("Static files: collectstatic"):
            finish(gathering, what="collectstatic", log=home.logs / "collectstatic.log")
    home.write("prepared.json", {"code": code, "rows": probe(env)["rows"], "static": static})


def _fill(home: Home, env: dict[str, str]) -> None:
    steps = {
        "migrate": "Database: migrate",
        "createcachetable": "Database: table of the cache",
        "seed": "Content: seed",
        "demo": "Content: demonstration (DEMO=0 leaves it out)",
    }
    for command, what in steps.items():
        if command != "demo" or env["DEMO"] == "1":
            with step(what):
                finish(_manage(env, command), what=command, log=home.logs / f"{command}.log")


def _manage(env: dict[str, str], *command: str) -> subprocess.Popen[str]:
    return begin([PYTHON, "manage.py", *command], env=env, cwd=CHECKOUT)


def fingerprint(patterns: list[str], more: str = "") -> str:
    """Changes when any of the files does."""
    digest = hashlib.sha256(more.encode())
    for path in sorted({path for pattern in patterns for path in CHECKOUT.glob(pattern)}):
        if path.is_file() and not {"__pycache__", "embedded"} & set(path.parts):
            digest.update(str(path.relative_to(CHECKOUT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
