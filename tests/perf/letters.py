"""Letters a minute: a notice to so many receivers, posted by a real worker through a real SMTP server.

    python -m tests.perf.letters [receivers]

Reads DATABASE_URL and the rest from the environment. It works in a database of its own beside that one, made for the
run and dropped after it. The mail server is the tests' own, in a process of its own on this machine, so the figure
is the portal's share of the way; the bare line is smtplib alone, a connection for each letter, to the same server.
"""

import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import psycopg

from tests.network import post

ROOT = Path(__file__).resolve().parents[2]
NAME = "perf_letters"
MAKE = """
from datetime import timedelta
from django.utils import timezone
from meetings.letters import compose_call
from tests import make
area = make.body(name_fi="Mittausalue", slug="mittausalue")
for _ in range({count}):
    make.term(person=make.person(), body=area)
meeting = make.meeting(body=area, items=14)
began = __import__("time").monotonic()
meeting.call(make.person(), compose_call)
print("written", __import__("time").monotonic() - began)
"""
COUNT = """
from network.models import Envelope
print("states", *Envelope.objects.values_list("state", flat=True))
"""


def own_database() -> str:
    """Make the database of the run, empty; returns its address."""
    base = os.environ["DATABASE_URL"]
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{NAME}"')
    head, _, query = base.partition("?")
    return f"{head.rpartition('/')[0]}/{NAME}" + (f"?{query}" if query else "")


def manage(env: dict[str, str], *words: str) -> str:
    """Run a command of the portal; what it printed."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def bare(port: int, count: int) -> float:
    """Seconds of smtplib alone: a connection, a message, a goodbye for each letter."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Kutsu", "a@example.org", "b@verkosto.example"
    message.set_content("Tervetuloa kokoukseen. " * 40)
    began = time.monotonic()
    for _ in range(count):
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.send_message(message)
    return time.monotonic() - began


def main(count: int) -> None:
    """Print the figures."""
    env = os.environ | {"DATABASE_URL": own_database(), "PYTHONPATH": str(ROOT)}
    manage(env, "migrate", "-v0")
    with tempfile.TemporaryDirectory() as folder, post.server(SimpleNamespace(), Path(folder)) as box:
        env |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(box.port)}
        written = float(manage(env, "shell", "-c", MAKE.format(count=count)).split()[-1])
        began = time.monotonic()
        manage(env, "procrastinate", "worker", "--one-shot")
        took = time.monotonic() - began
        states = Counter(manage(env, "shell", "-c", COUNT).split("states")[-1].split())
        taken = len({str(message["Message-ID"]) for message in box.messages()})
        floor = bare(box.port, count)
    print(f"{count} letters: written in {written:.2f} s, posted in {took:.1f} s, {count / took * 60:.0f} a minute")
    print(f"what became of them: {dict(states)}; the server took {taken} different ones")
    print(f"bare smtplib: {floor:.1f} s, {count / floor * 60:.0f} a minute")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
