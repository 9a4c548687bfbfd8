"""The gateway of the tests as a process: installed on first use, started, killed, spoken to."""

import asyncio
import base64
import hashlib
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.npm import install
from tests.e2e.qunying import free_port

HERE = Path(__file__).parent
TOKEN = "puppet_test_c4n4ry"
FAMILY = "family@chatroom"
BOT = "wxid_bot"
START_S, PATIENCE_S = 60, 60
VIDEO = 15  # how wechaty numbers a message that plays


@dataclass
class Gateway:
    """A gateway that may die and come back at the same address."""

    port: int = field(default_factory=free_port)
    env: dict[str, str] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None
    _control: str = ""
    _http: httpx.AsyncClient | None = None
    _read: int = 0  # of what this life of the process has sent

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def launch(self) -> None:
        """Up, and logged in as soon as a bot connects."""
        install(HERE)
        env = {**os.environ, "GRPC": self.endpoint, "TOKEN": TOKEN, "WECHATY_LOG": "silent"}
        self._process = subprocess.Popen(
            ["node", str(HERE / "gateway.mjs")],
            env={**env, **self.env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith(b'{"control"'):
                self._control = f"http://127.0.0.1:{json.loads(line)['control']}"
                return
        raise AssertionError("the gateway did not start")

    def end(self) -> None:
        """SIGKILL, as a crash or a power cut."""
        if self._process:
            with self._process:  # closes its pipes
                self._process.kill()
        self._process = None

    def freeze(self) -> None:
        """As a cable that was pulled: the line stands, and nothing comes over it."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    @asynccontextmanager
    async def spoken_to(self) -> AsyncIterator["Gateway"]:
        """Speak through it from this event loop; what was before is forgotten."""
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as self._http:
            if self._process:
                await self.tell("fresh")
            self._read, self.sent = 0, []
            yield self

    async def start(self) -> None:
        await asyncio.to_thread(self.launch)
        self._read = 0

    async def kill(self) -> None:
        await asyncio.to_thread(self.end)

    async def tell(self, command: str, **told: Any) -> dict[str, Any]:
        assert self._http
        answer = await self._http.post(f"{self._control}/{command}", json=told)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def says(self, text: str = "", *, at_me: bool = False, **more: Any) -> str:
        """One message of mum (`who`) in the family's room (`room`; None: private); its id."""
        told = {"who": "mum", "room": FAMILY, "mention": [BOT] if at_me else [], **more}
        return str((await self.tell("say", text=text, **told))["id"])

    async def shows(self, photo: bytes, name: str = "photo.jpg", **more: Any) -> str:
        """One photo of mum; its id."""
        file = {"name": name, "base64": base64.b64encode(photo).decode()}
        return await self.says(file=file, **more)

    async def hears(self, within: float = PATIENCE_S) -> dict[str, Any]:
        """The next thing the bot sent."""
        assert self._http
        async with asyncio.timeout(within):
            told = await self._http.get(f"{self._control}/sent", params={"after": self._read})
        fresh = told.json()
        self._read += 1
        self.sent.append(fresh[0])
        return dict(fresh[0])

    async def silent(self, within: float) -> bool:
        """Whether nothing more is sent for so long."""
        try:
            await self.hears(within)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def gateway(started: bool = True, **env: str) -> AsyncIterator[Gateway]:
    """A gateway of one's own, killed at the end however often it was started."""
    it = Gateway(env=env)
    try:
        async with it.spoken_to():
            if started:
                await it.start()
            yield it
    finally:
        await it.kill()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
