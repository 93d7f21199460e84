"""What `make run` and `make test` stand on: system libraries, a private Postgres, a supervisor.

Standard library only, for it runs before the virtual environment exists; nothing of Django is imported here.
"""
