"""The part of the bulk index that runs in processes of its own; reads no models before Django is set up there."""

Chunk = tuple[str, list[int]]
Made = tuple[bytes, set[tuple[str, str]]]


def begin(database: str) -> None:
    """Set up Django in a new process, on the same database, which a test may have renamed."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()


def make(chunk: Chunk) -> Made:
    """The entries of some records as COPY reads them, and their words."""
    from network.bulk_index import make  # it reads the models

    return make(chunk)
