#!/usr/bin/env python
"""Entry of the management commands; each runs in a history context that carries the command's name."""

import contextlib
import os
import sys

# Migrations of others hold a bare "%" that the context's parameters would break; a worker runs for weeks, so
# its jobs are told apart by themselves.
WITHOUT_CONTEXT = ("migrate", "sqlmigrate", "procrastinate")


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "network.settings")
    import pghistory
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    bare = command in WITHOUT_CONTEXT
    with contextlib.nullcontext() if bare else pghistory.context(command=command):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
