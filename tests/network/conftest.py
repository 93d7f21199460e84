"""Fixtures of the ground's tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from network.lemmas import voikko
from network.models import Person
from tests.lacking import lacking


@pytest.fixture
def desk(login: Callable[[Person], Client], coordinator: Person) -> Client:
    """The coordinator's browser."""
    return login(coordinator)


@pytest.fixture(scope="session")
def finnish() -> None:
    """Asks for the Finnish dictionary."""
    if voikko() is None:
        lacking("libvoikko with its dictionary")
