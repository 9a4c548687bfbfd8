"""小爱 as a plugin: every login of the other bot finds her at home, or she moves in anew."""

import asyncio
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.channels.base import Channel
from bot.channels.wechaty import shims
from bot.settings import Settings, load_settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # wechaty's own, at its import
    shims.install()
    plugin = pytest.importorskip("bot.channels.wechaty.plugin", reason="needs the extra `wechaty`")


async def test_a_login_after_she_had_to_leave_lets_her_in_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # wechaty keeps its own folder where it is started
    begun: list[asyncio.Event] = []

    async def lodge(settings: Settings, channel: Channel) -> None:
        begun.append(asyncio.Event())
        await begun[-1].wait()

    async def enter(guest: object, line: object, me: str) -> None:
        """Nobody is asked who we are."""

    monkeypatch.setattr(plugin, "lodge", lodge)
    monkeypatch.setattr(plugin.Guest, "enter", enter)
    bot = SimpleNamespace(puppet=SimpleNamespace(channel=None, self_id=lambda: "me"))
    guest = await asyncio.to_thread(lambda: plugin.QunyingPlugin(load_settings()))
    for _ in range(2):  # she is at home: the second login changes nothing
        await guest.init_plugin(bot)
        await asyncio.sleep(0)
        assert len(begun) == 1
    begun[0].set()
    await asyncio.gather(guest._lodging)
    await guest.init_plugin(bot)
    await asyncio.sleep(0)
    assert len(begun) == 2
    guest._lodging.cancel()
