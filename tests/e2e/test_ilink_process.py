"""`qunying run` with the official channel: the code in the terminal, kill -9, and on it goes."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.e2e.qunying import QUNYING, Shell
from tests.fake_ilink import FakeIlink, running_ilink
from tests.ilink_people import text

START_S = 150  # other tests share the cores
STOP_S = 60
WISH = text("拍一段熊猫吃竹子的视频")


@pytest.fixture
async def fake() -> AsyncIterator[FakeIlink]:
    async with running_ilink() as fake:
        yield fake
    assert fake.complaints == []


@asynccontextmanager
async def running(folder: Path, fake: FakeIlink) -> AsyncIterator[asyncio.subprocess.Process]:
    section = "QUNYING_BOT__"
    shell = Shell(folder, {
        f"{section}CHANNELS": '["ilink"]', f"{section}ILINK__MEMBERS": '["妈妈"]',
        f"{section}ILINK__BASE_URL": fake.url, f"{section}ILINK__CDN_URL": fake.cdn_url,
    })  # fmt: skip
    with (folder / "stderr").open("a") as errors:
        process = await asyncio.create_subprocess_exec(
            *(QUNYING, "run"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=shell.environ,
        )
    try:
        async with asyncio.timeout(START_S):
            yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_S):
                    await process.communicate()
            finally:
                if process.returncode is None:
                    process.kill()


async def code_on_screen(process: asyncio.subprocess.Process) -> str:
    """The address beside the code that was printed."""
    assert process.stdout
    while line := (await process.stdout.readline()).decode():
        if found := re.search(r"用手机打开：(https://\S+)", line):
            return found[1]
    raise AssertionError("it ended without a code")


async def test_the_terminal_shows_the_code_and_a_kill_costs_neither_login_nor_clip(
    tmp_path: Path, fake: FakeIlink
) -> None:
    mum = fake.person("妈妈")
    async with running(tmp_path, fake) as process:
        await fake.scan(await code_on_screen(process), "妈妈")
        await fake.says("妈妈", WISH)
        assert (await mum.gets(START_S)).kind == "text"
        process.kill()
        await process.wait()
    async with running(tmp_path, fake):
        assert (await mum.gets(START_S)).kind == "video"
        await fake.says("妈妈", text("你会什么"))
        assert (await mum.gets(START_S)).kind == "text"
    assert fake.asked["get_bot_qrcode"] == 1
    assert mum.screen.empty()
