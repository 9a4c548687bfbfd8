"""A service with a caller's token, and a page with a room behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.service.house import House, open_house

CALLERS_TOKEN = "callers-token-of-the-tests"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A service on this machine that asks for no token."""
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[House]:
    """A service that asks every caller for a token."""
    async with open_house(tmp_path, token=CALLERS_TOKEN) as house:
        yield house
