"""What a machine may lack: `make test` provides it where it can, and always on CI."""

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Leave the test out on a machine that goes without; on CI that is a failure, so nothing is left out there."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing here, although `make test` provides it")
    pytest.skip(f"{what} is not installed on this machine")
