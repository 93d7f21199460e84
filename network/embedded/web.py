"""Settings of gunicorn, here and in the image: `gunicorn -c python:network.embedded.web network.wsgi`."""

import gc
import os
import signal

from network.embedded.processes import die_with_parent

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
preload_app = True  # read once, shared by all: half the start and less memory; nothing connects before the fork
timeout = 60
graceful_timeout = 5  # under the supervisor's patience, so that a stop is a clean one
keepalive = 5
max_requests = 5000  # against slow leaks in libraries
max_requests_jitter = 500
control_socket_disable = True
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")


def pre_fork(server: object, worker: object) -> None:
    """Prepare, still in the master, the wish of the next worker: not to outlive a master that is killed.

    What is read by now stays: without this each worker looks through all of it for garbage, a tenth of its time,
    and copies the pages of memory that it could have shared.
    """
    gc.collect()
    gc.freeze()
    worker.die = die_with_parent(signal.SIGKILL)  # type: ignore[attr-defined]


def post_fork(server: object, worker: object) -> None:
    """Gunicorn's own check of the parent takes a while; the kernel's does not."""
    worker.die()  # type: ignore[attr-defined]
    gc.set_threshold(20_000, 20, 50)
