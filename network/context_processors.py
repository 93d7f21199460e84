"""What every template gets: the reader's access, the languages of the page, the demonstration's mark."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from network.access import Access
from network.addresses import in_language

NAMES = {"fi": ("FI", "suomeksi"), "sv": ("SV", "på svenska"), "en": ("EN", "in English")}


def portal(request: HttpRequest) -> dict[str, Any]:
    """Access, languages and mode; asks the database only for a reader who is logged in."""
    current = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {
        "access": Access.of(getattr(request, "user", None)),
        "demo": settings.DEMO,
        "office_email": settings.OFFICE_EMAIL,
        "search_url": reverse("network:search"),
        "languages": [
            {
                "code": code,
                "label": label,
                "name": name,
                "url": in_language(request.get_full_path(), code),
                "current": code == current,
            }
            for code, (label, name) in NAMES.items()
        ],
    }
