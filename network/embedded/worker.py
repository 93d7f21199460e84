"""Start the job worker of our own Postgres: take up what its killed predecessor left, then become the worker.

The portal's periodic job does the same on any database, but must first wait until a worker has been silent for
long. Here no other worker exists, so what is marked as being done when one starts is done by nobody.
"""

import asyncio
import os
import sys

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

WORKER = [sys.executable, "manage.py", "procrastinate", "worker"]
ENOUGH = 5  # attempts: a job that kills its worker each time must not do so for ever


async def take_up() -> None:
    """Put the jobs of dead workers back into the queue."""
    app = App(connector=PsycopgConnector(conninfo=os.environ["DATABASE_URL"]))
    async with app.open_async():
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=0):
            try:
                if job.attempts >= ENOUGH:
                    await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
                else:
                    await app.job_manager.retry_job(job)
            except ConnectorException:  # the same job waits already, and there may be only one
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


def main() -> None:
    """Take up, then go on as the worker in the same process, so that signals and its end reach the right one."""
    asyncio.run(take_up())
    os.execv(WORKER[0], WORKER)  # noqa: S606 (no shell is wanted)
