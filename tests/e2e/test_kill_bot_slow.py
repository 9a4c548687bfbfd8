"""Two hundred kill -9 of the bot around the send: no clip is lost, and few come twice."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bot.cameraman import a_cameraman
from tests.service.running import TOKEN, running_service

SEED = "7"


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.parametrize("how", ["together", "alone"])
async def test_no_kill_around_the_send_loses_a_clip(tmp_path: Path, kills: int, how: str) -> None:
    with running_service(tmp_path / "service", "--workers", "0", **TOKEN) as service:
        async with a_cameraman(service) as cameraman, cameraman.at_work():
            toll = await lives(tmp_path, service.url, kills, how)
        filmed = [errand["id"] for errand in cameraman.claims]
    sys.stdout.write(f"{how}: {toll}\n")
    assert toll["kills"] == kills
    assert toll["lost"] == 0
    assert toll["clips"] == toll["promised"] == toll["messages"] - toll["given_up"]
    assert toll["doubled_clips"] <= toll["window" if how == "alone" else "exposed"]
    assert len(filmed) == len({*filmed}), "filmed twice"
    assert toll["promised"] <= len(filmed) <= toll["messages"]


async def lives(folder: Path, url: str, kills: int, how: str) -> dict[str, Any]:
    """The toll of so many lives, see tests/e2e/many_lives.py."""
    where = folder / "bot"
    where.mkdir()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.e2e.many_lives", str(where), url, str(kills), SEED, how),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    toll: dict[str, Any] = json.loads(told)
    return toll
