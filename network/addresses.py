"""The same page's address in another language."""

import re

from django.conf import settings

PREFIX = re.compile(r"^/(?:sv|en)(?=/)")


def in_language(path: str, code: str) -> str:
    """The address of the same page in the language: Finnish has no prefix.

    Works on the text, so that it also holds for a page that does not exist.
    """
    bare = PREFIX.sub("", path) if path.startswith("/") else f"/{path}"
    return bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}"
