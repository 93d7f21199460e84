"""The demonstration, written once for all the tests of this folder: it takes as long as many of them together."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

PASSWORD = "esittely-salasana-2026"


@pytest.fixture(scope="package", autouse=True)
def _demonstrated(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Seed and demonstration, files included; rolled back at the end."""
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(DEMO=True, MEDIA_ROOT=str(tmp_path_factory.mktemp("files"))),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setenv("DEMO_PASSWORD", PASSWORD)
        call_command("seed", verbosity=0)
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _in_demonstration_mode(settings: Settings) -> None:
    settings.DEMO = True
