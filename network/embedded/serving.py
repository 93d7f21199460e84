"""`make run`: from a bare checkout to a portal that answers, and back to nothing when it is told to stop."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import subprocess
import time
from urllib.parse import urlsplit

from network.embedded.console import SetupError, require_space, say, step
from network.embedded.database import check_address, prepare
from network.embedded.home import CHECKOUT, Home
from network.embedded.packages import PYTHON, install, installed
from network.embedded.postgres import Cluster
from network.embedded.processes import die_with_parent
from network.embedded.supervisor import Service, Supervisor
from network.embedded.system import System

HOST = "127.0.0.1"
SPACE_NEW, SPACE = 900, 100  # megabytes: for the first set-up, and to go on with
FIRST_ANSWER = 60.0
WEB_FIRST = 2.0  # seconds that the web server has the cores to itself
OWN_WORKER = "from network.embedded import worker; worker.main()"
WORKER = ("manage.py", "procrastinate", "worker")
LOGINS = {
    "jasen": "member of a service area",
    "sihteeri": "its secretary",
    "puheenjohtaja": "its chair",
    "ryhma": "chair of a working group",
    "asiantuntija": "outside expert",
    "johtaja": "chair of the directors",
    "hallitus": "chair of another area",
    "koordinaattori": "secretariat",
    "entinen": "former chair",
    "yllapito": "technical keeper",
}


def run(home: Home) -> int:
    """Prepare everything, serve until told to stop, stop everything."""
    started = time.monotonic()
    given = os.environ.get("DATABASE_URL", "")
    if given:
        check_address(given)
    home.claim()
    web = claim_port(os.environ.get("PORT") or "8000")
    port = web.getsockname()[1]
    home.announce(port=port)
    require_space(home.folder, SPACE)
    require_space(CHECKOUT, SPACE if installed("run") else SPACE_NEW)
    system = System("run")
    with home.turn("setup", "preparing this checkout"):
        system.provide()
        install("run", system)
    env = environment(home, system, port)
    cluster = None if given else own_cluster(home, env)
    try:
        env["DATABASE_URL"] = cluster.url if cluster else given
        prepare(home, env)
        supervisor = Supervisor(services(env, web, cluster), cluster.ready if cluster else None)
        return serve(supervisor, home, env, started)
    except SetupError:
        require_space(home.folder, 5)  # then that is the reason, whatever the programs say
        raise
    finally:
        if cluster:
            cluster.stop()


def claim_port(wish: str) -> socket.socket:
    """Take the port before anything else is done; the web server inherits the socket.

    So a port that is taken is noticed at once, and while the web server starts anew visitors wait, not fail.
    """
    if not wish.isascii() or not wish.isdigit() or int(wish) > 65535:
        raise SetupError(f"PORT must be a number between 0 and 65535, not {wish!r}.")
    web = socket.socket()
    web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        web.bind((HOST, int(wish)))
        web.listen(128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SetupError(f"Port {wish} is taken. Choose another: make run PORT={int(wish) + 1}") from None
        raise SetupError(f"Port {wish} cannot be used: {error.strerror}.") from None
    return web


def environment(home: Home, system: System, port: int) -> dict[str, str]:
    """What the portal's processes are told; the user's own environment goes before ours."""
    ours = home.secrets() | {
        "DEMO": "1",
        "PORTAL_URL": f"http://{HOST}:{port}",
        "MEDIA_ROOT": str(home.folder / "files"),
        "STATIC_ROOT": str(home.folder / "static"),
        "PYTHONUNBUFFERED": "1",
    }
    return ours | system.environment() | {"PORT": str(port)}


def own_cluster(home: Home, env: dict[str, str]) -> Cluster:
    """The embedded Postgres, made at the first start and running."""
    cluster = Cluster(home.folder / "db", env, durable=True)
    with step(f"Database: Postgres of our own in {cluster.folder}") as remark:
        if cluster.create():
            remark("made new")
        cluster.start()
    return cluster


def services(env: dict[str, str], web: socket.socket, cluster: Cluster | None) -> list[Service]:
    """Postgres, the web server and the job worker as things to keep running."""
    handle = web.fileno()
    gunicorn = [PYTHON, "-m", "gunicorn", "-c", "python:network.embedded.web", "network.wsgi"]
    worker = [PYTHON, "-c", OWN_WORKER] if cluster else [PYTHON, *WORKER]
    web_env = env | {"WEB_BIND": f"fd://{handle}"}
    children = [
        Service("Web server", lambda: _spawn(gunicorn, web_env, (handle,))),
        Service("Job worker", lambda: _spawn(worker, env), needs_database=True),
    ]
    children[1].due = time.monotonic() + WEB_FIRST
    if cluster:
        postgres = Service("Postgres", cluster.spawn, stop_signal=signal.SIGINT, process=cluster.process)
        postgres.started = time.monotonic()
        children.insert(0, postgres)
    return children


def _spawn(command: list[str], env: dict[str, str], handles: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    # In a session of its own, for Ctrl-C must reach only us: we stop the children, in good order.
    return subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=env,
        stdin=subprocess.DEVNULL,
        pass_fds=handles,
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )


def serve(supervisor: Supervisor, home: Home, env: dict[str, str], started: float) -> int:
    """Start the services, say where the portal is once it answers, and stay until told to stop."""
    supervisor.listen()
    port = int(env["PORT"])
    try:
        say("Portal: starting the web server and the job worker")
        with step("Portal: first answer"):
            wait_for_answer(supervisor, env["PORTAL_URL"], port)
        if not supervisor.stopping:
            home.announce(port=port, database=own_address(env))
            say(welcome(env, time.monotonic() - started))
            supervisor.run()
    finally:
        say("Stopping ...")
        supervisor.stop()
    say("Stopped.")
    return 0


def own_address(env: dict[str, str]) -> str:
    """The address of the embedded Postgres; nothing for another, whose address may hold a password."""
    return "" if os.environ.get("DATABASE_URL") else env["DATABASE_URL"]


def wait_for_answer(supervisor: Supervisor, url: str, port: int) -> None:
    """Look after the services until the first page comes; stop when the web server only ever falls over."""
    deadline = time.monotonic() + FIRST_ANSWER
    web = next(service for service in supervisor.services if service.name == "Web server")
    while not supervisor.stopping:
        supervisor.look()
        if answers(url, port):
            return
        if web.failures > 1 or time.monotonic() > deadline:
            raise SetupError("The web server does not start; its own words stand above.")
        time.sleep(0.1)


def answers(url: str, port: int) -> bool:
    """Whether our own port gives any page at all, asked under the portal's public name."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": parts.netloc, "X-Forwarded-Proto": parts.scheme})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(env: dict[str, str], seconds: float) -> str:
    """What the user needs now: the address and the logins."""
    lines = [f"\nThe portal is ready after {seconds:.1f} s: {env['PORTAL_URL']}/"]
    if env["DEMO"] == "1":
        lines.append(f"Demo logins, all with the password {env['DEMO_PASSWORD']}")
        lines += [f"  {name + '@example.org':<28} {role}" for name, role in LOGINS.items()]
    return "\n".join([*lines, "Ctrl-C stops it."])
