"""The beginning of a process of the bulk index; reads no models, for Django is not set up there yet."""


def begin(database: str) -> None:
    """Set up Django in a new process, on the same database, which a test may have renamed."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
