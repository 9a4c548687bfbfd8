"""WeCom's end of a bot's long connection, for tests: its rules enforced, its complaints collected.

async with running_wecom() as wecom:
    await wecom.says("mama", "@小爱 拍一段熊猫吃竹子的视频", group="family")
    said = await wecom.hears()          # Said(chat="family", kind="stream", text="好嘞…")
    await wecom.drop()                  # the network has a bad moment
    wecom.refuse("aibot_send_msg", 45009)
    assert wecom.complaints == []       # what the real one would have been unhappy about
"""

import asyncio
import base64
import json
import logging
import uuid
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.wecom_rules import (
    BAD_REQUEST,
    NO_SUCH_REQUEST,
    NOT_SUBSCRIBED,
    TOO_OFTEN,
    WRONG_SECRET,
    Body,
    Broken,
    Said,
    Uploads,
    check_frame,
    said_in,
)

BOT_ID, SECRET = "aibCanaryBot", "canary-secret-canary-secret"
A_MINUTE = 30  # messages a minute in one chat
PATIENCE_S = 30


@dataclass
class Wecom:
    """`bot` is the one connection that counts; `links` counts all that were ever subscribed."""

    url: str = ""
    media_url: str = ""
    said: asyncio.Queue[Said] = field(default_factory=asyncio.Queue)
    complaints: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    links: int = 0
    closed: bool = False
    bot: ServerConnection | None = None
    uploads: Uploads = field(default_factory=Uploads)
    files: dict[str, bytes] = field(default_factory=dict)  # encrypted, by path
    mute: set[str] = field(default_factory=set)  # commands that are never answered
    mutters: bool = False  # something else comes in place of their answers
    refusals: defaultdict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    _asked: asyncio.Event = field(default_factory=asyncio.Event)
    _here: asyncio.Event = field(default_factory=asyncio.Event)
    _callbacks: dict[str, tuple[ServerConnection, str]] = field(default_factory=dict)
    _chats: set[str] = field(default_factory=set)
    _streams: set[tuple[str, str]] = field(default_factory=set)
    _used: set[str] = field(default_factory=set)
    _sent: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def refuse(self, cmd: str, *codes: int) -> None:
        """Answer the next requests of this kind with these codes."""
        self.refusals[cmd].extend(codes)

    def expire(self) -> None:
        """Let a day pass: no callback may be answered any more, no file is there any more."""
        self._callbacks.clear()
        self.files.clear()

    async def connected(self) -> ServerConnection:
        async with asyncio.timeout(PATIENCE_S):
            await self._here.wait()
        assert self.bot
        return self.bot

    async def sees(self, cmd: str, times: int = 1) -> None:
        """Wait until so many requests of this kind have come."""
        async with asyncio.timeout(PATIENCE_S):
            while self.commands.count(cmd) < times:
                self._asked.clear()
                await self._asked.wait()

    async def drop(self) -> None:
        """Cut the wire without a word."""
        (await self.connected()).transport.abort()
        self._gone()

    async def hears(self) -> Said:
        """The next message that the bot sends into any chat."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.said.get()

    async def says(
        self, who: str, text: str = "", *, group: str = "", id_: str = "", **more: Any
    ) -> str:
        """One message of a person; `more` are the other parts of a callback, or take text's place.

        Returns its msgid.
        """
        content = {"msgtype": "text", "text": {"content": text}} if text else {}
        body = {
            "msgid": id_ or uuid.uuid4().hex,
            "aibotid": BOT_ID,
            "chattype": "group" if group else "single",
            **({"chatid": group} if group else {}),
            "from": {"userid": who},
            **content,
            **more,
        }
        await self.tells("aibot_msg_callback", body, group or who)
        return str(body["msgid"])

    async def tells(self, cmd: str, body: Body, chat: str) -> None:
        """A callback of any kind."""
        bot, req_id = await self.connected(), uuid.uuid4().hex
        self._chats.add(chat)
        self._callbacks[req_id] = (bot, chat)
        frame = {"cmd": cmd, "headers": {"req_id": req_id}, "body": body}
        await bot.send(json.dumps(frame, ensure_ascii=False))

    def photo(self, plain: bytes) -> Body:
        """A file as a message holds it: an address, and a key of its own."""
        key, path = uuid.uuid4().bytes + uuid.uuid4().bytes, f"/media/{uuid.uuid4().hex}"
        pad = 32 - len(plain) % 32
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        self.files[path] = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        told = base64.b64encode(key).decode().rstrip("=")
        return {"url": f"{self.media_url}{path}", "aeskey": told}

    async def serve(self, socket: ServerConnection) -> None:
        """One connection, from subscribing to its end."""
        with suppress(ConnectionClosed):
            async for raw in socket:
                await self._answer(socket, json.loads(raw))
        if socket is self.bot:
            self._gone()

    async def _answer(self, socket: ServerConnection, frame: Body) -> None:
        self.complaints += check_frame(frame)
        cmd, req_id, body = frame["cmd"], frame["headers"]["req_id"], frame.get("body", {})
        self.commands.append(cmd)
        self._asked.set()
        if cmd in self.mute:
            if self.mutters:
                await socket.send(json.dumps({"headers": {"req_id": "another"}, "errcode": 0}))
            return
        try:
            told = await self._do(socket, cmd, req_id, body)
            answer = {"errcode": 0, "errmsg": "ok", **({"body": told} if told else {})}
        except Broken as broken:
            if broken.ours:
                self.complaints.append(f"{cmd}: {broken}")
            answer = {"errcode": broken.code, "errmsg": str(broken)}
        await socket.send(json.dumps({"headers": {"req_id": req_id}, **answer}))

    async def _do(self, socket: ServerConnection, cmd: str, req_id: str, body: Body) -> Body:
        if self.refusals[cmd]:
            raise Broken(self.refusals[cmd].popleft(), "scripted", ours=False)
        if cmd != "aibot_respond_msg":
            if req_id in self._used:
                raise Broken(BAD_REQUEST, f"a request id used twice: {req_id}")
            self._used.add(req_id)
        if cmd == "aibot_subscribe":
            return await self._subscribe(socket, body)
        if socket is not self.bot:
            raise Broken(NOT_SUBSCRIBED, "aibot websocket not subscribed")
        if cmd in ("aibot_respond_msg", "aibot_send_msg"):
            return self._post(socket, cmd, req_id, body)
        return self.uploads.take(cmd, body)

    async def _subscribe(self, socket: ServerConnection, body: Body) -> Body:
        if (body["bot_id"], body["secret"]) != (BOT_ID, SECRET):
            raise Broken(WRONG_SECRET, "invalid bot_id or secret", ours=False)
        if old := self.bot:
            event = {"msgtype": "event", "event": {"eventtype": "disconnected_event"}}
            frame = {"cmd": "aibot_event_callback", "headers": {"req_id": "kick"}, "body": event}
            await old.send(json.dumps(frame))
            await old.close()
        self.bot = socket
        self.links += 1
        self._here.set()
        return {}

    def _post(self, socket: ServerConnection, cmd: str, req_id: str, body: Body) -> Body:
        if cmd == "aibot_respond_msg":
            came_by, chat = self._callbacks.get(req_id, (None, ""))
            if came_by is not socket:
                raise Broken(NO_SUCH_REQUEST, "invalid req_id", ours=False)
        elif (chat := body.get("chatid", "")) not in self._chats:
            raise Broken(BAD_REQUEST, f"nobody of the chat {chat!r} has spoken yet")
        said = said_in(cmd, body, chat, self.uploads)
        stream = (req_id, said.stream)
        if said.stream and stream in self._streams:
            raise Broken(846608, "stream message update expired", ours=False)
        if said.stream:
            self._streams.add(stream)
        self._sent[chat] += 1
        if self._sent[chat] > A_MINUTE:
            raise Broken(TOO_OFTEN, "api freq out of limit")
        self.said.put_nowait(said)
        return {}

    def _gone(self) -> None:
        self.bot = None
        self._here.clear()

    def download(self, _: ServerConnection, request: Request) -> Response | None:
        """What lies under /media/; everything else is a connection, where the door is open."""
        if not request.path.startswith("/media/"):
            return Response(503, "closed", Headers()) if self.closed else None
        found = self.files.get(request.path)
        status = HTTPStatus.OK if found is not None else HTTPStatus.NOT_FOUND
        headers = Headers({"Content-Length": str(len(found or b"")), "Connection": "close"})
        return Response(status.value, status.phrase, headers, found or b"")


@asynccontextmanager
async def running_wecom() -> AsyncIterator[Wecom]:
    """A server in this loop."""
    wecom = Wecom()
    quiet = logging.getLogger("wecom")  # at DEBUG the library writes whole frames
    quiet.setLevel(logging.WARNING)
    serving = serve(
        wecom.serve,
        "127.0.0.1",
        0,
        process_request=wecom.download,
        max_size=2**21,
        close_timeout=1,
        logger=quiet,
    )
    async with serving as server:
        port = server.sockets[0].getsockname()[1]
        wecom.url, wecom.media_url = f"ws://127.0.0.1:{port}", f"http://127.0.0.1:{port}"
        yield wecom
