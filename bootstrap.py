"""The commands behind `make`: each prepares what it needs on a bare machine, then does its one thing.

    run     serve the portal, with an embedded Postgres unless DATABASE_URL names another
    test    the whole suite (ROW=F11,N5: the tests of these rows); check, rows, shots: parts of it
    doctor  what is missing or degraded;  manage ARGS="…": a command of Django's, on the portal's database
    lock    write the hashed requirement files anew from pyproject.toml

Standard library only: it runs before the virtual environment exists.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (whoever calls it without make may do so with an older one)
    raise SystemExit("Python 3.11 or newer is needed.")

sys.path.insert(0, str(Path(__file__).resolve().parent))

from network.embedded import packages, serving, testing, upkeep
from network.embedded.console import SetupError, explain
from network.embedded.home import Home
from network.embedded.processes import end_with_make, on_stop

COMMANDS = {
    "run": serving.run,
    "test": testing.test,
    "check": testing.check,
    "rows": testing.rows,
    "shots": testing.shots,
    "doctor": upkeep.doctor,
    "manage": upkeep.manage,
    "lock": packages.lock,
}


def interrupt(number: int, frame: object) -> None:
    """Any wish to stop is the same to us as Ctrl-C."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run the named command; whatever goes wrong is one clear line and a non-zero code."""
    if arguments[:1] not in [[name] for name in COMMANDS]:
        print(__doc__, file=sys.stderr)
        return 2
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    on_stop(interrupt)
    end_with_make()
    try:
        return COMMANDS[arguments[0]](Home())
    except SetupError as reason:
        print(reason, file=sys.stderr)
    except OSError as error:
        print(explain(error), file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent)
    sys.exit(main(sys.argv[1:]))
