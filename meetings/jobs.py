"""Jobs of the meetings, run by the worker; each may run twice without harm."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.task(name="publish_minutes", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def publish_minutes(meeting_id: int) -> None:
    """Render the record once, hash and store it, then publish; a second run finds it published and does nothing."""
    from meetings.pdf import publish  # the renderer is heavy, and only the worker needs it

    publish(meeting_id)
