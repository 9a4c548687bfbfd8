"""What is never written down: the token, and what the family says. And nothing is left lying."""

import asyncio
import logging
import sys
from pathlib import Path

import pytest

from bot.channels.base import SendError
from bot.channels.wechaty.door import CHATTY, hush
from tests.channels.wechaty.chat import chatting
from tests.e2e.gateway.running import TOKEN, gateway

SAID, REPLIED = "秘密一二三", "悄悄话四五六"


async def test_no_log_line_holds_the_token_or_what_was_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hush()
    caplog.set_level(logging.DEBUG)
    for name in CHATTY:  # as loud as the door lets them be
        assert logging.getLogger(name).level == logging.WARNING
    async with gateway() as wechat:
        async with chatting(wechat.port, token="wr0ng-c4n4ry") as stranger:
            await stranger.feels("broken")
        async with chatting(wechat.port) as chat:
            await chat.feels("up")
            await wechat.says(SAID)
            turn = await chat.turn()
            await chat.channel.send_text(turn, REPLIED, key="1")
            with pytest.raises(OSError, match="MessageFile"):
                await chat.channel.fetch('{"message": "gone", "as": "image"}')
            await wechat.tell("error", text=f"Invalid Wechaty TOKEN {TOKEN}")
            await wechat.tell("logout")
            await chat.feels("login")
            with pytest.raises(SendError):
                await chat.channel.send_text(turn, REPLIED, key="2")
            await wechat.tell("error", text=f"Invalid Wechaty TOKEN {TOKEN}")
            await wechat.tell("login")
            await chat.feels("up")
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("httpcore")]
    assert sum("Invalid Wechaty TOKEN ***" in line for line in ours) == 2
    for canary in (TOKEN, "wr0ng-c4n4ry", SAID, REPLIED):
        assert not [line for line in ours if canary in line]
    assert stranger.broken
    assert "wr0ng-c4n4ry" not in repr(stranger.broken)


LIVE = """
import asyncio, contextlib, socket
from bot.channels.wechaty.door import open_channel
from bot.settings import load_settings

async def hear(turn):
    print(turn.text, flush=True)

async def main():
    with contextlib.suppress(OSError):  # taken by us, or by whoever has it already
        taken = socket.create_server(("127.0.0.1", 5000))
    async with open_channel(load_settings()) as channel, asyncio.timeout(60):
        await channel.run(hear)

asyncio.run(main())
"""


async def test_a_process_of_its_own_leaves_no_folder_and_needs_no_port(tmp_path: Path) -> None:
    """Python's wechaty makes .wechaty where it stands, and fails when port 5000 is taken."""
    async with gateway() as wechat:
        env = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(__file__).parents[3]),
            "PYTHONWARNINGS": "error",
            "HOME": str(tmp_path),
            "WECHATY_PUPPET_SERVICE_TOKEN": TOKEN,
            "QUNYING_BOT__WECHATY__ENDPOINT": wechat.endpoint,
        }
        pipe = asyncio.subprocess.PIPE
        live = await asyncio.create_subprocess_exec(
            *(sys.executable, "-B", "-c", LIVE),
            cwd=tmp_path, env=env, stdout=pipe, stderr=pipe,
        )  # fmt: skip
        try:
            assert live.stdout
            line = b""
            while not line:  # said again until it has arrived: what nobody hears is lost
                await wechat.says("听得见吗")
                try:
                    async with asyncio.timeout(1):
                        line = await live.stdout.readline()
                except TimeoutError:
                    assert live.returncode is None
        finally:
            live.kill()
            _, errors = await live.communicate()
    assert line.decode().strip() == "听得见吗"
    assert errors == b""
    assert [*tmp_path.iterdir()] == []
