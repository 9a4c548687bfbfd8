"""The official Node SDK as a bot, started for tests; skipped where npm cannot have it."""

import asyncio
import fcntl
import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fake_wecom import BOT_ID, SECRET, Wecom

HERE = Path(__file__).parent
PATIENCE_S, INSTALL_S = 60, 600
NO_NODE = "node is missing: apt-get install nodejs npm (or see nodejs.org), version 18 or newer"


@dataclass
class Peer:
    """A bot that tells what it saw."""

    process: asyncio.subprocess.Process

    async def saw(self) -> dict[str, Any]:
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE_S):
            line = await self.process.stdout.readline()
        found: dict[str, Any] = json.loads(line)
        return found


def install() -> None:
    """The SDK next to this file, once; the test is skipped where that cannot be."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip(NO_NODE)
    with (Path(tempfile.gettempdir()) / "qunying-test-wecom.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of several test processes installs
        done, wanted = HERE / "node_modules" / ".done", (HERE / "package.json").read_text()
        if done.exists() and done.read_text() == wanted:
            return
        npm = subprocess.run(
            ["npm", "install"], cwd=HERE, capture_output=True, text=True, timeout=INSTALL_S
        )
        if npm.returncode:
            pytest.skip(f"npm install in {HERE.name} failed: {npm.stderr.strip()[-300:]}")
        done.write_text(wanted)


@asynccontextmanager
async def official(wecom: Wecom, clip: Path, secret: str = SECRET) -> AsyncIterator[Peer]:
    """The SDK's bot on the same line; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        "node", "peer.mjs", wecom.url, BOT_ID, secret, str(clip),
        cwd=HERE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Peer(process)
    finally:
        with suppress(ProcessLookupError):  # it ends by itself when it is kicked
            process.kill()
        await process.wait()
