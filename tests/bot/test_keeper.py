"""Channels side by side: what one of them does never harms the others."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.channels import keeper, registry
from bot.channels.base import Channel, ChannelBroken, Hear
from bot.channels.keeper import Board, keep, open_outside
from bot.settings import Settings
from intents.dialogue import Turn
from tests.family import FakeChat

WRONG = ChannelBroken("the gateway refuses the token", say="令牌不对")


class Stumbling(FakeChat):
    """Fails in a way nobody foresaw, then ends for good."""

    async def run(self, hear: Hear) -> None:
        self.runs = getattr(self, "runs", 0) + 1
        if self.runs < 3:
            raise ZeroDivisionError("nobody thought of this")
        raise WRONG


async def heard_nothing(turn: Turn) -> None:
    raise AssertionError(turn)


async def test_an_unforeseen_failure_is_logged_and_the_channel_is_run_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keeper, "FIRST_PAUSE_S", 0.01)
    chat, states = Stumbling("wecom"), list[str]()
    chat.pulse.watch(lambda health: states.append(health.state))
    assert await keep(chat, heard_nothing) is WRONG
    assert chat.runs == 3
    assert states == ["away", "broken"]
    assert chat.pulse.health.say == "令牌不对"
    assert sum("nobody thought of this" in (r.exc_text or "") for r in caplog.records) == 2


async def test_a_channel_that_cannot_be_opened_stands_beside_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @asynccontextmanager
    async def refuse(settings: Settings) -> AsyncIterator[Channel]:
        raise WRONG
        yield

    @asynccontextmanager
    async def open_it(settings: Settings) -> AsyncIterator[Channel]:
        yield FakeChat("wecom")

    doors = {
        "wechaty": SimpleNamespace(open_channel=refuse),
        "wecom": SimpleNamespace(open_channel=open_it),
    }
    monkeypatch.setattr(registry, "door", doors.__getitem__)
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path))
    settings = await asyncio.to_thread(Settings)
    async with open_outside(settings, ("web", "wechaty", "wecom")) as (shut, well):
        assert (shut.name, well.name) == ("wechaty", "wecom")
        assert await keep(shut, heard_nothing) is WRONG
        assert shut.pulse.health.state == "broken"
        assert well.pulse.health.state == "starting"


async def test_the_board_tells_a_doctor_in_another_process(tmp_path: Path) -> None:
    chat, file = FakeChat("ilink"), tmp_path / "bot" / "channels.json"
    board = asyncio.create_task(Board(file, [chat]).run())

    async def reads(state: str) -> dict[str, str]:
        async with asyncio.timeout(30):
            while True:
                await asyncio.sleep(0.01)
                if file.exists() and (told := json.loads(file.read_text())[0])["state"] == state:
                    return dict(told)

    assert (await reads("starting"))["name"] == "ilink"
    chat.pulse.up()
    await reads("up")
    chat.pulse.broken("令牌不对", "401")
    assert (await reads("broken"))["say"] == "令牌不对"
    board.cancel()
