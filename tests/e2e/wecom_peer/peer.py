"""The official Node SDK as a bot, started for tests; skipped where npm cannot have it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fake_wecom import BOT_ID, SECRET, Wecom

HERE = Path(__file__).parent
PATIENCE_S = 60


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
