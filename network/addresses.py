"""Addresses: of a record, and of the same page in another language."""

import re
from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

NUMBER, SLUG = 987654321, "sija"  # stand in the address where the record's key will
PREFIX = re.compile(r"^/(?:sv|en)(?=/)")


def in_language(path: str, code: str) -> str:
    """The address of the same page in the language: Finnish has no prefix.

    Works on the text, so that it also holds for a page that does not exist.
    """
    bare = f"/{PREFIX.sub('', path).lstrip('/')}"  # two slashes would lead to another host
    return bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}"


def address_of(name: str, *keys: int | str) -> str:
    """What `reverse` answers for a record's page, asked of it once for each page's name and language.

    A list of fifty rows asks for a hundred addresses, and a tenth of its time went there. The keys are ids and slugs,
    which need no quoting.
    """
    marks = tuple(NUMBER if isinstance(key, int) else SLUG for key in keys)
    return _pattern(name, marks, get_language(), get_urlconf(), get_script_prefix()).format(*keys)


@lru_cache(maxsize=1_000)
def _pattern(name: str, marks: tuple[int | str, ...], *_where: object) -> str:
    found = reverse(name, args=marks)
    for mark in marks:
        found = found.replace(f"/{mark}", "/{}", 1)
    return found
