"""A mail server in a process of its own, on real sockets; and the jobs that a worker would run.

What an address begins with says how the server takes it: `kielto` is refused for good, `myohemmin` for now, at
`katoaa` the server takes the message and dies before it answers, at `hidas` it takes it and answers after SLOW
seconds, and at `jumissa` it is that slow to take the address.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

SLOW = 2.5  # seconds


class Handler:
    """Takes mail into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer for one receiver."""
        if address.startswith("kielto"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("myohemmin"):
            return "451 4.7.1 come back later"
        if address.startswith("jumissa"):
            await asyncio.sleep(SLOW)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message; die before the answer where the address says so."""
        number = len(list(self.folder.iterdir()))
        (self.folder / f"{number:03}").write_bytes(envelope.content or b"")
        if any(address.startswith("katoaa") for address in envelope.rcpt_tos):
            os._exit(1)
        if any(address.startswith("hidas") for address in envelope.rcpt_tos):
            await asyncio.sleep(SLOW)
        return "250 taken"


async def serve(folder: Path) -> None:
    """Serve until the process is ended; the port is printed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(folder)), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Box:
    """The mail that the server took, and its port."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[str]) -> None:
        self.folder, self.port, self.process = folder, port, process

    def messages(self) -> list[EmailMessage]:
        """The messages, in the order they came."""
        read = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(self.folder.iterdir()))
        return [message for message in read if isinstance(message, EmailMessage)]

    def stop(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.wait()


@contextmanager
def server(settings: Any, folder: Path) -> Iterator[Box]:
    """Run the server, with Django's settings pointed at it."""
    box = folder / "posti"
    box.mkdir()
    command = [sys.executable, str(Path(__file__)), str(box)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield Box(box, port, process)
        process.kill()


def run_jobs() -> list[str]:
    """Run the jobs that wait, in this transaction, and tell their names; each is taken once."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    done: set[int] = getattr(run_jobs, "done", set())
    ran = []
    for job in ProcrastinateJob.objects.filter(status="todo").exclude(pk__in=done).order_by("pk"):
        done.add(job.pk)
        app.tasks[job.task_name].func(**job.args)
        ran.append(job.task_name)
    run_jobs.done = done  # type: ignore[attr-defined]
    return ran


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
