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
from network.embedded.processes import capture, die_with_parent

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
    demo = env["DEMO"] == "1"
    marks = {
        "code": fingerprint([f"{app}/**/*" for app in APPS], f"{demo} {env['DEMO_PASSWORD']}"),
        "static": fingerprint(["static/**/*", "requirements.txt"]),
    }
    kept, rows = home.read("prepared.json"), probe(env)["rows"]
    done = dict(kept)
    if kept.get("code") != marks["code"] or kept.get("rows") != rows:
        _manage(home, env, "Database: migrate", "migrate", "--noinput")
        _manage(home, env, "Database: table of the cache", "createcachetable")
        _manage(home, env, "Content: seed", "seed")
        if demo:
            _manage(home, env, "Content: demonstration (DEMO=0 leaves it out)", "demo")
        done |= {"code": marks["code"], "rows": probe(env)["rows"]}
    if kept.get("static") != marks["static"] or not Path(env["STATIC_ROOT"]).is_dir():
        _manage(home, env, "Static files: collectstatic", "collectstatic", "--noinput", "--clear")
        done |= {"static": marks["static"]}
    if done == kept:
        say("Database, content and static files: as they were, nothing to do")
    else:
        home.write("prepared.json", done)


def _manage(home: Home, env: dict[str, str], what: str, *command: str) -> None:
    with step(what):
        capture(
            [PYTHON, "manage.py", *command],
            env=env,
            cwd=CHECKOUT,
            what=command[0],
            log=home.logs / f"{command[0]}.log",
        )


def fingerprint(patterns: list[str], more: str = "") -> str:
    """Changes when any of the files does."""
    digest = hashlib.sha256(more.encode())
    for path in sorted({path for pattern in patterns for path in CHECKOUT.glob(pattern)}):
        if path.is_file() and not {"__pycache__", "embedded"} & set(path.parts):
            digest.update(str(path.relative_to(CHECKOUT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
