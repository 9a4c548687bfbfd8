"""The gateways that users start: ours over somebody's service, and what a missing word brings."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.channels.wechaty.chat import chatting
from tests.e2e.gateway.running import FAMILY, HERE, TOKEN, VIDEO, gateway, sha256
from tests.e2e.npm import install
from tests.e2e.qunying import free_port

SCRIPTS = Path(__file__).parents[2] / "gateway"
START_S = 60
TLS_OFF = "WECHATY_PUPPET_SERVICE_NO_TLS_INSECURE_CLIENT"


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The gateway folder as after `npm install`."""
    install(HERE)
    for script in SCRIPTS.glob("*.mjs"):
        shutil.copy(script, tmp_path)
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    return tmp_path


@asynccontextmanager
async def script(folder: Path, name: str, **env: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(
        *("node", name), cwd=folder, env={**os.environ, **env},
        stdout=pipe, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


async def said(running: asyncio.subprocess.Process, words: str) -> str:
    """The line in which it says this."""
    assert running.stdout
    async with asyncio.timeout(START_S):
        while line := (await running.stdout.readline()).decode():
            if words in line:
                return line
    raise AssertionError(f"it never said {words}")


async def test_through_somebodys_service_photos_and_clips_pass_whole(scripts: Path) -> None:
    port = free_port()
    async with gateway() as theirs:
        env = {
            "PUPPET_TOKEN": TOKEN,
            "WECHATY_PUPPET_SERVICE_TOKEN": "ours",
            "WECHATY_PUPPET_SERVICE_ENDPOINT": theirs.endpoint,
            "GATEWAY_ENDPOINT": f"127.0.0.1:{port}",
            TLS_OFF: "true",
        }
        async with script(scripts, "service.mjs", **env) as ours, chatting(port, "ours") as chat:
            assert str(port) in await said(ours, "网关在")
            await chat.feels("up")
            photo = os.urandom(3_500_000)
            await theirs.shows(photo)
            turn = await chat.turn()
            assert sha256(await turn.photos[0].read()) == sha256(photo)
            (clip := scripts / "clip.mp4").write_bytes(os.urandom(5 * 2**20))
            await chat.channel.send_video(turn, clip, poster=None, key="1")
            got = await theirs.hears()
    assert (got["to"], got["type"], got["sha256"]) == (FAMILY, VIDEO, sha256(clip.read_bytes()))


@pytest.mark.parametrize(
    ("name", "env", "missing"),
    [
        ("wechat4u.mjs", {}, "WECHATY_PUPPET_SERVICE_TOKEN"),
        ("service.mjs", {"WECHATY_PUPPET_SERVICE_TOKEN": "ours"}, "PUPPET_TOKEN"),
    ],
)
async def test_a_missing_token_is_one_line_that_names_it(
    scripts: Path, name: str, env: dict[str, str], missing: str
) -> None:
    empty = {"WECHATY_PUPPET_SERVICE_TOKEN": "", "PUPPET_TOKEN": "", **env}
    async with script(scripts, name, **empty) as running:
        assert f"先设好 {missing}" in await said(running, "先设好")
        assert await running.wait() == 1
