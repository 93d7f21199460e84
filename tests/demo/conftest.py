"""The demonstration, written once for all that look at it: it takes as long as many of the tests together."""

import os
from collections.abc import Iterator
from functools import cache

import pytest
from django.conf import settings as installation
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from tests import demonstrated
from tests.demonstrated import PASSWORD

ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"  # the commands ran as they do in a real portal
VERIFY = Argon2PasswordHasher.verify


@cache
def _verified(password: str, encoded: str) -> bool:
    """What the hasher says; the ten logins share one hash, and each question of it is half a second's work."""
    return VERIFY(Argon2PasswordHasher(), password, encoded)


@pytest.fixture(scope="package", autouse=True)
def _demonstrated(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The tests of this folder see a copy of the demonstration instead of the empty database, files included."""
    usual = connection.settings_dict["NAME"]
    name = f"demo_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with (
        demonstrated.copied(name, tmp_path_factory) as (_, files),
        override_settings(DEMO=True, MEDIA_ROOT=str(files), PASSWORD_HASHERS=[ARGON2, *installation.PASSWORD_HASHERS]),
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
    ):
        patch.setenv("DEMO_PASSWORD", PASSWORD)
        patch.setattr(Argon2PasswordHasher, "verify", lambda _, *asked: _verified(*asked))
        connection.close()
        connection.settings_dict["NAME"] = name
        yield
        connection.close()
        connection.settings_dict["NAME"] = usual


@pytest.fixture(autouse=True)
def _in_demonstration_mode(settings: Settings) -> None:
    settings.DEMO = True
