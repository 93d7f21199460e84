"""Keeps Postgres, the web server and the job worker running, and takes all of them along when it ends."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from network.embedded.console import say
from network.embedded.processes import end, on_stop

TICK = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0  # seconds; ten after Postgres is back, all must be well again
STEADY = 30.0  # who has lived this long starts anew with the first pause
GRACE = 8.0
HURRIED = 1.0  # seconds for one whose database is gone: its job fails anyhow, and is taken up again


def cause(code: int) -> str:
    """Why a process ended, in words."""
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


@dataclass
class Service:
    """One child process that shall always run."""

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    stop_signal: int = signal.SIGTERM
    needs_database: bool = False
    process: subprocess.Popen[bytes] | None = None
    due: float = 0.0
    started: float = 0.0
    pause: float = FIRST_PAUSE
    failures: int = 0

    def start(self) -> None:
        """Start it now; what fails to start is tried again like what has ended."""
        self.started = time.monotonic()
        try:
            self.process = self.spawn()
        except OSError as error:
            self._postpone(f"does not start ({error.strerror})")

    def look(self) -> None:
        """Notice an end, and start again when the pause is over."""
        if self.process and self.process.poll() is not None:
            if time.monotonic() - self.started > STEADY:
                self.pause = FIRST_PAUSE
            self._postpone(f"ended ({cause(self.process.returncode)})")
        elif self.process is None and time.monotonic() >= self.due:
            self.start()

    def _postpone(self, what: str) -> None:
        say(f"{time.strftime('%H:%M:%S')} {self.name} {what}; started again in {self.pause:g} s")
        self.process, self.failures = None, self.failures + 1
        self.due = time.monotonic() + self.pause
        self.pause = min(LONGEST_PAUSE, self.pause * 2)

    def restart(self) -> None:
        """Stop it if it runs, and start it at the next look."""
        if self.process:
            end(self.process, self.stop_signal, HURRIED)
        self.process, self.due, self.pause = None, 0.0, FIRST_PAUSE


class Supervisor:
    """The loop over the services, until a signal ends it."""

    def __init__(self, services: list[Service], database_ready: Callable[[], bool] | None = None) -> None:
        self.services, self.database_ready = services, database_ready
        self.database = next((service for service in services if service.name == "Postgres"), None)
        self.database_seen = self.database.process if self.database else None
        self.stopping = False

    def listen(self) -> None:
        """From now on Ctrl-C, a closed terminal and `kill` end the loop in good order."""
        on_stop(self._on_signal)

    def _on_signal(self, number: int, frame: object) -> None:
        self.stopping = True

    def run(self) -> None:
        """Look after the services until told to stop."""
        while not self.stopping:
            self.look()
            time.sleep(TICK)

    def look(self) -> None:
        """One round over all services."""
        away = not self._database_is_back()
        for service in self.services:
            if not (away and service.needs_database):
                service.look()

    def _database_is_back(self) -> bool:
        """Whether our own Postgres answers. After a new start of it the worker starts anew as well, for its
        lost connection may leave it alive without taking any jobs."""
        if self.database is None or self.database_ready is None:
            return True
        if self.database.process is None or self.database.process.poll() is not None:
            return False
        if self.database.process is not self.database_seen:
            if not self.database_ready():
                return False
            self.database_seen = self.database.process
            say(f"{time.strftime('%H:%M:%S')} Postgres answers again")
            for service in self.services:
                if service.needs_database:
                    service.restart()
        return True

    def stop(self) -> None:
        """Stop the services, those that use the database first, all of these at once."""
        users = [service for service in self.services if service is not self.database]
        for service in users:
            if service.process and service.process.poll() is None:
                service.process.send_signal(service.stop_signal)
        for service in [*users, *([self.database] if self.database else [])]:
            if service.process:
                end(service.process, service.stop_signal, GRACE)
