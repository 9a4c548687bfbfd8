"""`qunying run` with the wechaty channel, and somebody else's bot with 小爱 as its plugin."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.gateway.running import FAMILY, TOKEN, VIDEO, Gateway, gateway
from tests.e2e.qunying import QUNYING, Shell, free_port, until

WISH = "@小爱\u2005帮我生成一个小猫跳舞的视频"
REPO = Path(__file__).parents[2]
START_S = 120
pytestmark = pytest.mark.timeout(400)


def shell(folder: Path, wechat: Gateway, token: str = TOKEN) -> Shell:
    env = {
        "QUNYING_BOT__CHANNELS": '["wechaty"]',
        "QUNYING_BOT__WECHATY__ENDPOINT": wechat.endpoint,
        "QUNYING_VIDEO_SERVICE__MODEL": "draft",
        "QUNYING_VIDEO_SERVICE__PORT": "0",
        "WECHATY_PUPPET_SERVICE_TOKEN": token,
        "WECHATY_PUPPET_SERVICE_ENDPOINT": wechat.endpoint,
        "PYTHONPATH": str(REPO),
    }
    return Shell(folder, env)


@asynccontextmanager
async def process(at: Shell, *command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    with (at.folder / "said").open("ab") as said:
        running = await asyncio.create_subprocess_exec(
            *command, cwd=at.folder, env=at.environ,
            stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


async def said_until(wechat: Gateway, text: str, answered: Awaitable[dict[str, object]]) -> object:
    """Say `text` now and then, until it is answered: before the bot is there nobody hears it."""
    answer = asyncio.ensure_future(answered)
    while not answer.done():
        await wechat.says(text, at_me=True)
        await asyncio.wait([answer], timeout=3)
    return await answer


async def first(wechat: Gateway, key: str, value: str) -> dict[str, Any]:
    """The first thing sent that is like this; before it, greetings may still be answered."""
    while (sent := await wechat.hears()).get(key) != value:
        assert sent["kind"] == "text"
    return sent


async def test_a_family_that_has_only_wechat_gets_its_clip(tmp_path: Path) -> None:
    async with gateway() as wechat, process(shell(tmp_path, wechat), QUNYING, "run"):
        hello = await said_until(wechat, "@小爱\u2005在吗", wechat.hears(START_S))
        assert hello
        await wechat.says(WISH, at_me=True)
        clip = await first(wechat, "kind", "file")
        assert (clip["type"], clip["to"]) == (VIDEO, FAMILY)
        assert (wechat.sent[-2]["kind"], wechat.sent[-2]["to"]) == ("text", FAMILY)
    log = (tmp_path / "data" / "logs" / "bot.log").read_text("utf-8")
    assert "wechaty is up" in log
    assert TOKEN not in log + (tmp_path / "said").read_text("utf-8")
    assert "跳舞" not in log
    assert {it.name for it in tmp_path.iterdir()} <= {"data", "out", "said"}


async def test_a_wrong_token_ends_the_run_with_one_clear_line(tmp_path: Path) -> None:
    async with gateway() as wechat:
        at = shell(tmp_path, wechat, token="wr0ng-c4n4ry")
        async with process(at, QUNYING, "run") as running, asyncio.timeout(START_S):
            code = await running.wait()
    said = (tmp_path / "said").read_text("utf-8")
    assert code == 1
    assert "WECHATY_PUPPET_SERVICE_TOKEN" in said
    assert "网关不认这个口令" in said
    assert "Traceback" not in said
    assert "wr0ng-c4n4ry" not in said + (tmp_path / "data/logs/bot.log").read_text("utf-8")


async def test_an_absent_gateway_is_waited_for_by_the_whole_process(tmp_path: Path) -> None:
    async with gateway(started=False) as wechat, process(shell(tmp_path, wechat), QUNYING, "run"):
        board = tmp_path / "data" / "bot" / "channels.json"
        assert await asyncio.to_thread(until, lambda: _state(board) == "away", START_S)
        await wechat.start()
        assert await said_until(wechat, "@小爱\u2005在吗", wechat.hears(START_S))
    log = (tmp_path / "data" / "logs" / "bot.log").read_text("utf-8")
    assert log.count("wechaty is away") == 1


async def test_inside_somebody_elses_bot_she_films_and_the_bot_goes_on(tmp_path: Path) -> None:
    async with gateway() as wechat:
        at = shell(tmp_path, wechat)
        at.env["WECHATY_PORT"] = str(free_port())
        bot = str(REPO / "examples" / "wechaty_plugin.py")
        async with process(at, sys.executable, "-W", "default", bot):
            assert await said_until(wechat, "@小爱\u2005在吗", wechat.hears(START_S))
            await wechat.tell("error", text="the network trembles")
            await wechat.says(WISH, at_me=True)
            clip = await first(wechat, "kind", "file")
            assert (clip["type"], clip["to"]) == (VIDEO, FAMILY)
            await wechat.says("ding", room=None)
            assert (await first(wechat, "text", "dong"))["to"] == "wxid_mum"


def _state(board: Path) -> str:
    if not board.exists():
        return ""
    (channel,) = json.loads(board.read_text("utf-8"))
    return str(channel["state"])
