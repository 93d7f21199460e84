"""Jobs of the documents, run by the worker."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from documents.uploads import INBOX

FORGOTTEN_AFTER = 24 * 3600  # seconds; no upload takes a day


@app.periodic(cron="40 3 * * *")
@app.task(name="forget_uploads", queueing_lock="forget_uploads")
def forget_uploads(timestamp: int) -> None:
    """Remove what killed web processes left half received."""
    now = timezone.now().timestamp()
    for half in (Path(settings.MEDIA_ROOT) / INBOX).glob("*.upload"):
        if now - half.stat().st_mtime > FORGOTTEN_AFTER:
            half.unlink(missing_ok=True)
