"""Write the background documents that the source names; their files are missing, and the list says so."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from documents.models import Document
from network.models import Body

DATA = Path(__file__).parent.parent / "data" / "documents.json"


class Command(BaseCommand):
    """Called by `seed` at its end, inside its transaction; safe to run again."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them once, into an empty register; what stands there is left alone."""
        if Document.objects.exists():
            return
        for row in json.loads(DATA.read_text(encoding="utf-8")):
            Document.objects.create(body=Body.objects.get(slug=row.pop("body")), **row)
