"""Fixtures of the ground's tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from network.models import Person


@pytest.fixture
def desk(login: Callable[[Person], Client], coordinator: Person) -> Client:
    """The coordinator's browser."""
    return login(coordinator)
