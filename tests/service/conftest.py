"""Fixtures of the service's tests: a house in this process, a table with a clock we turn."""

from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.service.house import House, open_house
from tests.service.running import TOKEN, Running, running_service
from tests.service.table import Clock, Table, open_table


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "service") as open_one:
        yield open_one


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service whose workers come from elsewhere, and lose their job when silent 1.5 s."""
    quick = {"QUNYING_VIDEO_SERVICE__LEASE_S": "1.5", "QUNYING_VIDEO_SERVICE__BEAT_S": "0.3"}
    folder = tmp_path_factory.mktemp("service")
    with running_service(folder, "--workers", "0", **TOKEN, **quick) as running:
        yield running


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    with open_table(tmp_path / "jobs.db", Clock()) as open_one:
        yield open_one


@pytest.fixture
def photo() -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((320, 240)).save(file, "PNG")
    return file.getvalue()
